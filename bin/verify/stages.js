import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { freshKey } from '../keys.js'
import { startMariadb } from './mariadb.js'

const root = join(import.meta.dirname, '../..')
const minutes = (count) => count * 60_000

/** What an ace command needs of the environment when it touches no database. */
const ACE_ENVIRONMENT = {
  NODE_ENV: 'development',
  APP_KEY: freshKey(),
  SECRETS_KEY: freshKey(),
}

/**
 * What is verified, in rounds: the stages of one run beside each other. Each stage gives counts: a
 * check counts as one test.
 */
export const rounds = [
  [
    check('lint', 'ESLint', [['npm', 'run', '--silent', 'lint', '--', '--max-warnings=0']]),
    check('types', 'TypeScript', [['npm', 'run', '--silent', 'typecheck']]),
  ],
  [
    check('format', 'Prettier', [['npm', 'run', '--silent', 'format:check']]),
    { name: 'generated', title: 'generated code is up to date', needs: [], run: generatedCode },
  ],
  [check('assets', 'scripts and styles of the pages', [['vite', 'build', '--logLevel=warn']])],
  [suite('unit', 'unit', { needs: ['shells'], timeout: minutes(10) })],
  [
    suite('functional', 'functional', { timeout: minutes(40), env: { DB_CONNECTION: 'sqlite' } }),
    {
      name: 'functional-mariadb',
      title: 'the functional suite on MariaDB',
      needs: ['mariadb'],
      run: functionalOnMariadb,
    },
  ],
  [
    suite('engine', 'engine', { needs: ['fleet', 'shells', 'go'], timeout: minutes(60) }),
    suite('integration', 'integration', { needs: ['fleet', 'shells'], timeout: minutes(60) }),
  ],
  [suite('browser', 'browser', { needs: ['fleet', 'chromium'], timeout: minutes(30) })],
]

export const stages = rounds.flat()

/** A stage of commands that only say whether all is well. */
function check(name, title, commands) {
  const run = async ({ processes, print }) => {
    const failures = []
    for (const command of commands) {
      const { code, output } = await processes.run(command, { timeout: minutes(10) })
      if (code === 0) continue
      print(output.trimEnd())
      failures.push(`${command.join(' ')} ended with ${code ?? 'a signal'}`)
    }
    return judged(failures)
  }
  return { name, title, needs: [], run }
}

/** A stage that runs a suite of tests. */
function suite(name, suiteName, { needs = [], timeout, env = {} }) {
  const title = `the ${suiteName} suite`
  return { name, title, needs, run: (context) => runSuite(context, suiteName, { timeout, env }) }
}

async function runSuite({ processes, scratch, print }, suiteName, { timeout, env }) {
  const file = join(scratch, `${suiteName}-${env.DB_CONNECTION ?? 'default'}.json`)
  const { code, timedOut } = await processes.run(
    [
      ...[processes.node, '--disable-warning=DEP0205', '--import=@poppinss/ts-exec'],
      ...['bin/test.ts', suiteName],
    ],
    { timeout, onLine: print, env: { ...env, MUSTER_TEST_RESULTS: file } }
  )
  const counts = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0, failures: [] }
  if (timedOut) return withFailure(counts, `stopped after ${timeout / 60_000} minutes`)
  if (code !== 0 && counts.failed === 0) {
    return withFailure(counts, `the process ended with ${code ?? 'a signal'}`)
  }
  if (counts.passed + counts.failed === 0) return withFailure(counts, 'no test ran')
  return counts
}

async function functionalOnMariadb(context) {
  const database = await startMariadb(context)
  try {
    return await runSuite(context, 'functional', { timeout: minutes(40), env: database.env })
  } finally {
    await database.stop()
  }
}

/** Generates the code of .adonisjs again and compares it with what is there. */
async function generatedCode({ processes, print }) {
  const before = contentsOf('.adonisjs')
  const { code, output } = await processes.run([processes.node, 'ace.js', 'codegen'], {
    timeout: minutes(2),
    env: ACE_ENVIRONMENT,
  })
  if (code !== 0) {
    print(output.trimEnd())
    return judged([`node ace codegen ended with ${code ?? 'a signal'}`])
  }
  const after = contentsOf('.adonisjs')
  const changed = [...new Set([...before.keys(), ...after.keys()])]
    .filter((file) => before.get(file) !== after.get(file))
    .map((file) => `${file} was out of date; commit what node ace codegen wrote`)
  print(changed.join('\n'))
  return judged(changed)
}

function contentsOf(directory) {
  const files = existsSync(join(root, directory))
    ? readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
    : []
  return new Map(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .map((file) => [file.slice(root.length + 1), readFileSync(file, 'utf8')])
  )
}

function judged(failures) {
  return failures.length === 0
    ? { passed: 1, failed: 0, skipped: 0, failures }
    : { passed: 0, failed: 1, skipped: 0, failures }
}

function withFailure(counts, failure) {
  return { ...counts, failed: counts.failed + 1, failures: [...counts.failures, failure] }
}
