/*
| `node ace <command>` from the project's directory, on whatever Node of version 20.12 or later the
| machine has: goes on with the pinned one where that is too old. Commands run from the sources, not
| from build/, which need not be there; they see the database and the keys that `npm start` uses.
*/
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readEnvironment } from './environment.js'
import { isRecentNode, pinnedNode } from './install_dependencies.js'

const root = join(import.meta.dirname, '..')

/** Commands for people who work on the panel. */
const OF_DEVELOPMENT = ['build', 'codegen', 'serve']

try {
  if (!existsSync(join(root, 'node_modules/@poppinss/ts-exec'))) {
    throw new Error('Nothing is installed yet. Run `npm start` once, then try again.')
  }
  if (isRecentNode()) await run()
  else runWith(pinnedNode())
} catch (error) {
  process.stderr.write(`\n  ${error.message}\n\n`)
  process.exit(1)
}

async function run() {
  const command = process.argv.slice(2).find((argument) => !argument.startsWith('-'))
  Object.assign(process.env, environmentOf(command))
  await import('@poppinss/ts-exec')
  await import('./console.js')
}

/**
 * What a command needs of the environment. Who sets NODE_ENV has set the rest too; the tests bring
 * an environment of their own and read no `.env`.
 */
function environmentOf(command) {
  if (process.env.NODE_ENV || command === 'test') return {}
  const environment = readEnvironment(root)
  return OF_DEVELOPMENT.includes(command)
    ? { ...environment, NODE_ENV: 'development' }
    : environment
}

/** Runs the same command with another Node, and ends as it ends. */
function runWith(node) {
  /* The framework's own start-up notices are of no use to people. */
  const quiet = ['--disable-warning=DEP0205', '--disable-warning=Warning']
  const child = spawn(node, [...quiet, join(root, 'ace.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  // A terminal sends Ctrl-C to the whole group: this only has to outlive the command.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 0)))
}
