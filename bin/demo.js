/*
| `npm run demo`: a panel with three servers to try it on, all on this machine, gone with Ctrl-C.
| Plain JavaScript without dependencies, because it runs before anything is installed.
*/
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { installDependencies, pinnedNode } from './install_dependencies.js'

const root = join(import.meta.dirname, '..')
const log = (line) => process.stdout.write(`  ${line}\n`)

function fail(message) {
  process.stderr.write(`\n  ${message.replaceAll('\n', '\n  ')}\n\n`)
  process.exit(1)
}

function assertMachine() {
  if (process.platform !== 'linux') {
    fail('The demo makes servers of Linux namespaces: run it on Linux. `npm start` runs anywhere.')
  }
  if (process.getuid() !== 0) fail('The demo makes servers of Linux namespaces: run it as root.')
}

function run(node) {
  const demo = spawn(
    node,
    ['--disable-warning=DEP0205', '--import=@poppinss/ts-exec', 'tests/demo/demo.ts'],
    { cwd: root, stdio: 'inherit' }
  )
  // A terminal sends Ctrl-C to the whole group: this only has to outlive the demo's clean-up.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => demo.kill('SIGTERM'))
  demo.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 0)))
}

assertMachine()
try {
  await installDependencies({ log })
  run(pinnedNode())
} catch (error) {
  fail(error.message)
}
