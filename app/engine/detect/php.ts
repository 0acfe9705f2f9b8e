import { type Directory, objectIn, textIn } from '#engine/detect/files'
import { nodeSteps } from '#engine/detect/node'
import { type Proposal, type Proposals, versionWanted } from '#engine/detect/proposals'

/** What composer.json, or PHP files alone, speak for. */
export function detectPhp(files: Directory): Proposals | null {
  const manifest = files.json('composer.json')
  if (manifest === null) return plainPhp(files)
  const required = objectIn(manifest, 'require')
  const common = {
    version: versionWanted('PHP', textIn(required, 'php'), 'composer.json asks for it'),
    install: installOf(files),
    build: nodeSteps(files).build,
  }
  if (Object.hasOwn(required, 'laravel/framework')) return { ...common, ...laravel() }
  if (Object.hasOwn(required, 'symfony/framework-bundle')) return { ...common, ...symfony() }
  const directory = files.has('public/index.php') ? 'public' : '.'
  return {
    ...common,
    what: 'PHP',
    runtime: { value: 'php', reason: 'composer.json is there' },
    publicDirectory: {
      value: directory,
      reason: directory === '.' ? 'There is no public/index.php' : 'public/index.php is there',
    },
  }
}

/** Whether composer.json is that of a framework, which then matters more than a package.json. */
export function isPhpFramework(files: Directory): boolean {
  const required = objectIn(files.json('composer.json'), 'require')
  return ['laravel/framework', 'symfony/framework-bundle'].some((name) =>
    Object.hasOwn(required, name)
  )
}

function plainPhp(files: Directory): Proposals | null {
  const file = files.first('public/index.php', 'index.php')
  if (file === null) return null
  const directory = file === 'index.php' ? '.' : 'public'
  return {
    what: 'PHP',
    runtime: { value: 'php', reason: `${file} is there` },
    publicDirectory: { value: directory, reason: `${file} is there` },
  }
}

function installOf(files: Directory): Proposal {
  const composer = 'composer install --no-dev --no-interaction --optimize-autoloader'
  const node = nodeSteps(files).install
  const locked = files.has('composer.lock')
  return {
    value: node ? `${composer}\n${node.value}` : composer,
    reason: [locked ? 'composer.lock is there' : 'composer.json is there', node?.reason]
      .filter(Boolean)
      .join('; '),
  }
}

function laravel(): Proposals {
  const reason = 'Laravel keeps it from release to release'
  return {
    what: 'Laravel',
    runtime: { value: 'php', reason: 'composer.json requires laravel/framework' },
    publicDirectory: { value: 'public', reason: 'Where Laravel has its index.php' },
    healthPath: { value: '/up', reason: 'Laravel answers there since version 11' },
    shared: [{ value: 'storage', reason }],
    migrations: {
      value: 'php artisan migrate --force',
      reason: 'How Laravel brings its database up to date',
    },
    processes: [
      { name: 'queue', command: 'php artisan queue:work', reason: 'If it uses queues' },
      { name: 'scheduler', command: 'php artisan schedule:work', reason: 'If it has a schedule' },
    ],
    notes: ['Set APP_KEY and the database as variables before the first deployment.'],
  }
}

function symfony(): Proposals {
  return {
    what: 'Symfony',
    runtime: { value: 'php', reason: 'composer.json requires symfony/framework-bundle' },
    publicDirectory: { value: 'public', reason: 'Where Symfony has its index.php' },
    shared: [{ value: 'var/log', reason: 'Symfony writes its log there' }],
    migrations: {
      value: 'php bin/console doctrine:migrations:migrate --no-interaction',
      reason: 'If it uses Doctrine',
    },
    notes: ['Set APP_ENV=prod and APP_SECRET as variables before the first deployment.'],
  }
}
