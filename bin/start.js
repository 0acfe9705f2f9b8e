/*
| `npm start`: from a fresh clone to a running panel. Plain JavaScript without dependencies, because
| it runs before anything is installed, on whatever Node of version 20 or later the machine has.
*/
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadEnvironment } from './environment.js'
import { installDependencies, pinnedNode } from './install_dependencies.js'
import { fingerprintOf, readStamp, writeStamp } from './fingerprint.js'

const root = join(import.meta.dirname, '..')
const log = (line) => process.stdout.write(`  ${line}\n`)

function fail(message) {
  process.stderr.write(`\n  ${message.replaceAll('\n', '\n  ')}\n\n`)
  process.exit(1)
}

/** The panel is built again only when something it is made of changed. */
function build(node) {
  const stamp = join(root, 'build/.fingerprint')
  const fingerprint = fingerprintOf(root)
  if (readStamp(stamp) === fingerprint) return
  log('Building the panel (about half a minute, only after a change)')
  const result = spawnSync(node, ['ace.js', 'build'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'development', PATH: pathWithPinnedNode() },
    encoding: 'utf8',
  })
  if (result.status !== 0) {
    fail(`The build failed (exit code ${result.status}).\n${result.stdout}\n${result.stderr}`)
  }
  writeStamp(stamp, fingerprint)
}

function pathWithPinnedNode() {
  return `${join(root, 'node_modules/.bin')}:${process.env.PATH}`
}

function serve(node, environment) {
  /* The framework's own start-up notices are of no use to people. */
  const server = spawn(node, ['--disable-warning=Warning', join(root, 'build/bin/server.js')], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  })
  /*
  | A terminal sends Ctrl-C to the whole group, so the server has it already; this only has to
  | outlive it. A signal to this process alone is passed on.
  */
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => server.kill('SIGTERM'))
  server.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 0)))
}

try {
  await installDependencies({ log })
  const environment = loadEnvironment(root, { log })
  mkdirSync(environment.DATA_DIR, { recursive: true, mode: 0o700 })
  const node = pinnedNode()
  if (!existsSync(node)) fail('The pinned Node is missing. Remove node_modules and start again.')
  build(node)
  serve(node, environment)
} catch (error) {
  fail(error.message)
}
