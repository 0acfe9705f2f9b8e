import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const stamp = join(root, 'node_modules/.muster-lock')

/** The oldest Node the panel runs on. */
const OLDEST_MAJOR = 24

/**
 * Installs exactly what package-lock.json names, unless that is what is installed already. Scripts
 * of packages are not run: none is needed.
 *
 * @param {{ log: (line: string) => void, signal?: AbortSignal }} options `signal` stops npm
 * @throws Error with npm's last words and what to do next
 */
export async function installDependencies({ log, signal }) {
  const wanted = createHash('sha256').update(lockFile()).digest('hex')
  if (installed() === wanted) return

  log('Installing dependencies (once, and after each change of package-lock.json)')
  const { code, output } = await npm(
    [
      ...['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      ...['--include=dev', '--include=optional'],
    ],
    signal
  )
  if (code !== 0) {
    throw new Error(
      `npm ci ended with exit code ${code}:\n${output.trim().split('\n').slice(-15).join('\n')}\n` +
        'Check that the registry can be reached (npm ping), then try again.'
    )
  }
  writeFileSync(stamp, wanted)
}

/** Whether the running Node is one that the panel runs on. */
export function isRecentNode() {
  return Number(process.versions.node.split('.')[0]) >= OLDEST_MAJOR
}

/**
 * The Node everything is run with: the one pinned in package.json, or on systems without it the
 * running one.
 *
 * @throws Error when there is none and the running one is too old
 */
export function pinnedNode() {
  const pinned = join(root, 'node_modules/.bin/node')
  if (existsSync(pinned)) return pinned
  if (isRecentNode()) return process.execPath
  throw new Error(
    `Node ${process.versions.node} is too old, and there is no pinned one for ` +
      `${process.platform} on ${process.arch}. Install Node ${OLDEST_MAJOR} or later, then try again.`
  )
}

function lockFile() {
  return readFileSync(join(root, 'package-lock.json'))
}

function installed() {
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : null
}

/** Runs the npm this process was started by, or else the one on PATH. */
function npm(args, signal) {
  const { npm_node_execpath: node, npm_execpath: script } = process.env
  const [file, ...before] = node && script ? [node, script] : ['npm']
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...before, ...args], {
      cwd: root,
      signal,
      // A pinned Node that is about to be replaced must not be the one that runs npm.
      env: { ...process.env, NODE_ENV: 'development', PATH: withoutOwnBin(process.env.PATH ?? '') },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.once('error', (error) =>
      reject(new Error(`npm cannot be started: ${error.message}. Install npm, then try again.`))
    )
    child.once('close', (code) => resolve({ code, output }))
  })
}

function withoutOwnBin(path) {
  const own = join(root, 'node_modules/.bin')
  return path
    .split(':')
    .filter((directory) => directory !== own)
    .join(':')
}
