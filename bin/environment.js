import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { assertKeys, freshKey } from './keys.js'

/**
 * The text of a fresh `.env`, with keys of its own.
 */
function freshEnvironment() {
  return `# Written by the first start of Muster. Keep it: without its keys nothing stored can be read.

# Signs and encrypts cookies.
APP_KEY=${freshKey()}

# Encrypts what is stored: SSH keys, deploy keys, variables.
SECRETS_KEY=${freshKey()}

# Where the panel listens, and the address people open. With https, cookies are secure.
HOST=0.0.0.0
PORT=3333
# APP_URL=https://panel.example.com

# The database: sqlite (embedded) or mysql, which needs the DB_ variables.
DB_CONNECTION=sqlite
# DB_HOST=127.0.0.1
# DB_PORT=3306
# DB_USER=muster
# DB_PASSWORD=
# DB_DATABASE=muster

LOG_LEVEL=warn
`
}

/**
 * The environment of a panel that is about to serve: writes `.env` first when there is none (mode
 * 0600, never overwritten), and refuses keys that are no good.
 *
 * @param {string} root the project's directory
 * @param {{ log: (line: string) => void }} options
 * @returns {Record<string, string>} the whole environment of the server
 * @throws Error with a message for the person at the console
 */
export function loadEnvironment(root, { log }) {
  const file = join(environmentDirectory(root), '.env')
  if (!existsSync(file)) {
    writeFileSync(file, freshEnvironment(), { mode: 0o600, flag: 'wx' })
    log('Wrote .env with fresh keys')
  }
  const environment = readEnvironment(root)
  assertKeys(environment, { serving: true })
  return environment
}

/**
 * Reads `.env`, if there is one, lets the process's own environment win, fills in defaults and
 * checks what can be checked before the application starts, but for the keys.
 *
 * @param {string} root the project's directory
 * @returns {Record<string, string>} the environment that `npm start` serves with
 * @throws Error with a message for the person at the console
 */
export function readEnvironment(root) {
  const directory = environmentDirectory(root)
  const file = join(directory, '.env')
  const written = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  const values = { ...written, ...definedOnly(process.env) }
  const port = checkedPort(values.PORT ?? '3333')
  const host = checkedHost(values.HOST ?? '0.0.0.0')
  return {
    ...values,
    NODE_ENV: 'production',
    HOST: host,
    PORT: port,
    APP_URL: checkedUrl(values.APP_URL || `http://${addressOf(host)}:${port}`),
    DB_CONNECTION: checkedConnection(values.DB_CONNECTION ?? 'sqlite', values),
    DATA_DIR: resolve(root, values.DATA_DIR || 'data'),
    MUSTER_ROLES: checkedRoles(values.MUSTER_ROLES || 'web,worker,scheduler'),
    SESSION_STORE: values.SESSION_STORE || 'database',
    LIMITER_STORE: values.LIMITER_STORE || 'database',
    LOG_LEVEL: values.LOG_LEVEL || 'warn',
    ENV_PATH: directory,
  }
}

/** Where `.env` is: the project's directory, unless ENV_PATH (the framework's own) says another. */
function environmentDirectory(root) {
  return resolve(root, process.env.ENV_PATH || '.')
}

function definedOnly(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
}

/** The address to print when the panel listens everywhere. */
function addressOf(host) {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function checkedPort(value) {
  const port = Number(value)
  if (!/^\d{1,5}$/.test(value) || port < 1 || port > 65535) {
    throw new Error(`PORT is "${value}". Set it to a number from 1 to 65535.`)
  }
  return String(port)
}

function checkedHost(value) {
  if (!/^[A-Za-z0-9.:-]{1,253}$/.test(value)) {
    throw new Error(`HOST is "${value}". Set it to an address to listen on, such as 127.0.0.1.`)
  }
  return value
}

function checkedUrl(value) {
  if (!URL.canParse(value) || !['http:', 'https:'].includes(new URL(value).protocol)) {
    throw new Error(`APP_URL is "${value}". Set it to the address people open, with http or https.`)
  }
  return value.replace(/\/+$/, '')
}

function checkedConnection(value, values) {
  if (value !== 'sqlite' && value !== 'mysql') {
    throw new Error(`DB_CONNECTION is "${value}". Set it to sqlite or mysql.`)
  }
  const needed = ['DB_HOST', 'DB_PORT', 'DB_USER', 'DB_DATABASE']
  const missing = value === 'mysql' ? needed.filter((name) => !values[name]) : []
  if (missing.length > 0) {
    throw new Error(`DB_CONNECTION is mysql, so these are needed too: ${missing.join(', ')}.`)
  }
  return value
}

function checkedRoles(value) {
  const roles = value.split(',').map((role) => role.trim())
  const unknown = roles.filter((role) => !['web', 'worker', 'scheduler'].includes(role))
  if (unknown.length > 0) {
    throw new Error(
      `MUSTER_ROLES names "${unknown.join(', ')}". It takes any of web, worker, scheduler.`
    )
  }
  return roles.join(',')
}
