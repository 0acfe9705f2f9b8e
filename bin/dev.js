/*
| `npm run dev`: the panel for people who work on it, with hot reload.
*/
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadEnvironment } from './environment.js'
import { installDependencies, pinnedNode } from './install_dependencies.js'

const root = join(import.meta.dirname, '..')
const log = (line) => process.stdout.write(`  ${line}\n`)

try {
  await installDependencies({ log })
  const environment = {
    ...loadEnvironment(root, { log }),
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
  }
  mkdirSync(environment.DATA_DIR, { recursive: true, mode: 0o700 })
  const server = spawn(pinnedNode(), ['ace.js', 'serve', '--hmr'], {
    cwd: root,
    env: environment,
    stdio: 'inherit',
  })
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => server.kill('SIGTERM'))
  server.on('exit', (code) => process.exit(code ?? 1))
} catch (error) {
  process.stderr.write(`\n  ${error.message}\n\n`)
  process.exit(1)
}
