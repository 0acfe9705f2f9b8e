import { type Directory, objectIn, textIn } from '#engine/detect/files'
import { type Proposal, type Proposals, isPlainName, versionWanted } from '#engine/detect/proposals'

interface Manager {
  lock: string
  install: string
  run: (script: string) => string
}

/** By their lock files; the first that is there counts. */
const MANAGERS: readonly Manager[] = [
  { lock: 'package-lock.json', install: 'npm ci', run: (script) => `npm run ${script}` },
  {
    lock: 'pnpm-lock.yaml',
    install: 'corepack pnpm install --frozen-lockfile',
    run: (script) => `corepack pnpm run ${script}`,
  },
  {
    lock: 'yarn.lock',
    install: 'corepack yarn install --immutable',
    run: (script) => `corepack yarn run ${script}`,
  },
  ...['bun.lock', 'bun.lockb'].map((lock) => ({
    lock,
    install: 'bun install --frozen-lockfile',
    run: (script: string) => `bun run ${script}`,
  })),
]

const WITHOUT_LOCK: Manager = {
  lock: '',
  install: 'npm install',
  run: (script) => `npm run ${script}`,
}

/** Frameworks that make files, by their package and where those lie. */
const FILES: readonly [name: string, what: string, directory: string][] = [
  ['astro', 'Astro', 'dist'],
  ['gatsby', 'Gatsby', 'public'],
  ['@docusaurus/core', 'Docusaurus', 'build'],
  ['@11ty/eleventy', 'Eleventy', '_site'],
  ['vitepress', 'VitePress', '.vitepress/dist'],
  ['react-scripts', 'Create React App', 'build'],
  ['vite', 'Vite', 'dist'],
]

const SERVERS: readonly [name: string, what: string][] = [
  ['express', 'Express'],
  ['fastify', 'Fastify'],
  ['koa', 'Koa'],
  ['hono', 'Hono'],
]

/** What package.json and its lock file speak for; null without a package.json that can be read. */
export function detectNode(files: Directory): Proposals | null {
  const manifest = files.json('package.json')
  if (manifest === null) return null
  const names = new Set([
    ...Object.keys(objectIn(manifest, 'dependencies')),
    ...Object.keys(objectIn(manifest, 'devDependencies')),
  ])
  const common = { version: versionOf(files, manifest), ...stepsOf(files, manifest) }
  return (
    framework(manifest, names, common) ??
    site(names, common) ?? { ...common, ...server(files, manifest, names) }
  )
}

/** Installing and building alone, for what needs Node.js besides another language. */
export function nodeSteps(files: Directory): { install?: Proposal; build?: Proposal } {
  const manifest = files.json('package.json')
  return manifest === null ? {} : stepsOf(files, manifest)
}

function stepsOf(files: Directory, manifest: Record<string, unknown>) {
  const manager = MANAGERS.find(({ lock }) => files.has(lock)) ?? WITHOUT_LOCK
  const build = textIn(objectIn(manifest, 'scripts'), 'build')
  return {
    install: {
      value: manager.install,
      reason: manager.lock ? `${manager.lock} is there` : 'There is no lock file',
    },
    ...(build && {
      build: { value: manager.run('build'), reason: 'package.json has a script "build"' },
    }),
  }
}

function framework(
  manifest: Record<string, unknown>,
  names: ReadonlySet<string>,
  common: Pick<Proposals, 'install' | 'build' | 'version'>
): Proposals | null {
  const process = (what: string, name: string, start: string, reason: string): Proposals => ({
    ...common,
    what,
    runtime: { value: 'process', reason: `package.json names ${name}` },
    start: { value: start, reason },
    healthPath: { value: '/', reason: 'The page that everybody opens' },
  })
  if (names.has('next')) {
    const start = 'npx next start -H $HOST -p $PORT'
    return process('Next.js', 'next', start, 'How Next.js serves what it built')
  }
  if (names.has('nuxt')) {
    return process('Nuxt', 'nuxt', 'node .output/server/index.mjs', 'Where Nuxt builds its server')
  }
  if (names.has('@nestjs/core')) {
    const script = textIn(objectIn(manifest, 'scripts'), 'start:prod')
    const start = plainNode(script) ?? 'node dist/main'
    return process('Nest', '@nestjs/core', start, 'What the script "start:prod" of Nest runs')
  }
  return null
}

function site(
  names: ReadonlySet<string>,
  common: Pick<Proposals, 'install' | 'build' | 'version'>
): Proposals | null {
  const found = FILES.find(([name]) => names.has(name))
  // Vite also builds the pages of what has a server of its own.
  if (!found || SERVERS.some(([name]) => names.has(name))) return null
  const [name, what, directory] = found
  return {
    ...common,
    what,
    runtime: { value: 'static', reason: `package.json names ${name}, which makes files` },
    publicDirectory: { value: directory, reason: `Where ${what} builds to` },
  }
}

function server(
  files: Directory,
  manifest: Record<string, unknown>,
  names: ReadonlySet<string>
): Proposals {
  const found = SERVERS.find(([name]) => names.has(name))
  const start = startOf(files, manifest)
  return {
    what: found?.[1] ?? 'Node.js',
    runtime: {
      value: 'process',
      reason: found ? `package.json names ${found[0]}` : 'package.json is there',
    },
    ...(start && { start }),
    healthPath: { value: '/', reason: 'The page that everybody opens' },
    ...(!start && { notes: ['package.json does not say how it is started.'] }),
  }
}

function startOf(files: Directory, manifest: Record<string, unknown>): Proposal | null {
  const script = textIn(objectIn(manifest, 'scripts'), 'start')
  if (script) {
    const reason = 'package.json has a script "start"'
    return { value: plainNode(script) ?? 'npm start', reason }
  }
  const main = textIn(manifest, 'main')
  const named = main !== null && isEntry(main) && files.has(main.replace(/^\.\//, '')) ? main : null
  const file = named ?? files.first('server.js', 'index.js', 'app.js', 'server.mjs', 'index.mjs')
  if (file === null) return null
  const reason = named ? 'package.json names it as "main"' : `${file} is there`
  return { value: `node ${file}`, reason }
}

/** `node` with a file and nothing else can be run without npm in between, which loses signals. */
function plainNode(script: string | null): string | null {
  const [, file] = /^node ([\w./-]{1,100})$/.exec(script?.trim() ?? '') ?? []
  return file !== undefined && isEntry(file) ? `node ${file}` : null
}

function isEntry(path: string): boolean {
  return path
    .replace(/^\.\//, '')
    .split('/')
    .every((name) => isPlainName(name))
}

function versionOf(files: Directory, manifest: Record<string, unknown>): Proposal | undefined {
  const file = files.first('.nvmrc', '.node-version')
  return (
    (file
      ? versionWanted('Node.js', files.line(file)?.replace(/^v/, '') ?? null, `${file} asks for it`)
      : undefined) ??
    versionWanted('Node.js', textIn(objectIn(manifest, 'engines'), 'node'), '"engines" asks for it')
  )
}
