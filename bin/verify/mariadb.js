import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** How long the server may take to answer, in milliseconds. */
const START_MS = 60_000

/**
 * Starts a MariaDB server of its own: data, socket and port belong to this run, and it listens on
 * 127.0.0.1 only. One user owns one database; root is reached by the socket alone.
 *
 * @returns {Promise<{ env: Record<string, string>, stop: () => Promise<void> }>} `env` points the
 *   panel to the database
 * @throws Error with the server's last words when it does not start
 */
export async function startMariadb({ processes, scratch, print }) {
  const directory = join(scratch, 'mariadb')
  const data = join(directory, 'data')
  mkdirSync(directory, { mode: 0o700 })
  const password = randomBytes(18).toString('base64url')
  const port = await freePort()
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : []

  const prepared = await processes.run(
    ['mariadb-install-db', '--no-defaults', `--datadir=${data}`, '--skip-test-db', ...asRoot],
    { timeout: START_MS }
  )
  if (prepared.code !== 0) throw new Error(`mariadb-install-db failed:\n${prepared.output}`)

  const first = join(directory, 'first.sql')
  writeFileSync(first, grants(password), { mode: 0o600 })
  const { child, ended } = processes.start([
    ...['mariadbd', '--no-defaults', `--datadir=${data}`, `--socket=${directory}/socket`],
    ...[`--pid-file=${directory}/pid`, '--bind-address=127.0.0.1', `--port=${port}`],
    ...[`--init-file=${first}`, '--skip-name-resolve', '--skip-log-bin', ...asRoot],
    // The data lives as long as this run: nothing has to survive a power cut.
    ...['--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=64M'],
    // What newer servers do by themselves and older ones, where they know it, when asked.
    '--loose-innodb-snapshot-isolation=ON',
  ])
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  let alive = true
  void ended.then(() => (alive = false))

  for (const end = Date.now() + START_MS; !(await answers(port)); await sleep(100)) {
    if (!alive || Date.now() > end) {
      await processes.stop(child)
      throw new Error(`MariaDB did not start:\n${output.trim().split('\n').slice(-15).join('\n')}`)
    }
  }
  print(`MariaDB listens on 127.0.0.1:${port}`)
  return {
    env: {
      DB_CONNECTION: 'mysql',
      DB_HOST: '127.0.0.1',
      DB_PORT: String(port),
      DB_USER: 'muster',
      DB_PASSWORD: password,
      DB_DATABASE: 'muster',
    },
    async stop() {
      await processes.stop(child)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function grants(password) {
  return [
    'CREATE DATABASE muster CHARACTER SET utf8mb4;',
    `CREATE USER muster@'127.0.0.1' IDENTIFIED BY '${password}';`,
    "GRANT ALL ON muster.* TO muster@'127.0.0.1';",
    '',
  ].join('\n')
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    // The server speaks first, once it is ready.
    socket.once('data', () => (socket.destroy(), resolve(true)))
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
