import { type Directory } from '#engine/detect/files'
import { nodeSteps } from '#engine/detect/node'
import { type Proposals, versionWanted } from '#engine/detect/proposals'

const BUNDLE = 'bundle config set --local path vendor/bundle\nbundle install'

/** What a Gemfile speaks for. */
export function detectRuby(files: Directory): Proposals | null {
  if (!files.has('Gemfile')) return null
  const node = nodeSteps(files).install
  const wanted = files.line('.ruby-version')?.replace(/^ruby-/, '') ?? null
  const common = {
    version: versionWanted('Ruby', wanted, '.ruby-version asks for it'),
    install: {
      value: node ? `${BUNDLE}\n${node.value}` : BUNDLE,
      reason: ['Gemfile is there', node?.reason].filter(Boolean).join('; '),
    },
    healthPath: { value: '/', reason: 'The page that everybody opens' },
  }
  if (isRails(files)) return { ...common, ...rails() }
  const rack = files.has('config.ru')
  return {
    ...common,
    what: 'Ruby',
    runtime: { value: 'process', reason: 'Gemfile is there' },
    ...(rack
      ? {
          start: {
            value: 'bundle exec rackup --host $HOST --port $PORT',
            reason: 'config.ru is there',
          },
        }
      : { notes: ['Nothing says how it is started. It has to listen on $HOST and $PORT.'] }),
  }
}

/** Whether the Gemfile is that of Rails, which then matters more than a package.json. */
export function isRails(files: Directory): boolean {
  return /^\s{0,20}gem\s{1,20}\(?["']rails["']/m.test(files.text('Gemfile'))
}

function rails(): Proposals {
  return {
    what: 'Rails',
    runtime: { value: 'process', reason: 'Gemfile names rails' },
    build: {
      value: 'SECRET_KEY_BASE_DUMMY=1 bundle exec rails assets:precompile',
      reason: 'How Rails builds its assets',
    },
    start: {
      value: 'bundle exec rails server --binding $HOST --port $PORT --environment production',
      reason: 'How Rails is served',
    },
    healthPath: { value: '/up', reason: 'Rails answers there since version 7.1' },
    migrations: {
      value: 'bundle exec rails db:migrate',
      reason: 'How Rails brings its database up to date',
    },
    shared: [
      { value: 'storage', reason: 'If people upload files' },
      { value: 'log', reason: 'Rails writes its log there' },
    ],
    notes: ['Set RAILS_ENV=production and SECRET_KEY_BASE as variables first.'],
  }
}
