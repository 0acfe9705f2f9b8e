/*
| The environment of a test process, put in place before the application boots: its own data
| directory and port, so that several processes may run at once, and its own keys. No `.env` is read.
| Only DB_CONNECTION with its DB_ variables and LOG_LEVEL may come from outside.
*/
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

process.env.NODE_ENV = 'test'

const dataDirectory = mkdtempSync(join(tmpdir(), 'muster-test-'))
process.once('exit', () => rmSync(dataDirectory, { recursive: true, force: true }))

const port = await freePort()

Object.assign(process.env, {
  ENV_PATH: dataDirectory,
  DATA_DIR: dataDirectory,
  HOST: '127.0.0.1',
  PORT: String(port),
  APP_URL: `http://127.0.0.1:${port}`,
  APP_KEY: randomBytes(32).toString('base64url'),
  APP_KEY_PREVIOUS: '',
  SECRETS_KEY: randomBytes(32).toString('base64url'),
  SECRETS_KEY_PREVIOUS: '',
  DB_CONNECTION: process.env.DB_CONNECTION || 'sqlite',
  MUSTER_ROLES: 'web',
  SESSION_STORE: 'memory',
  LIMITER_STORE: 'memory',
  LOG_LEVEL: process.env.LOG_LEVEL || 'fatal',
  // A bash whose input is a socket, as a child's is, and that no shell began takes itself for one of
  // rsh, and reads the ~/.bashrc of whoever runs the tests.
  SHLVL: '1',
})

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
