import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import app from '@adonisjs/core/services/app'

export interface AceEnd {
  code: number | null
  output: string
}

/**
 * A command as operators give it: `node ace …`, in a process of its own, without NODE_ENV.
 *
 * @param environment all of its environment, but for PATH and HOME. Set ENV_PATH, so that it reads
 *   no `.env` of this directory
 */
export function startAce(
  args: readonly string[],
  environment: Record<string, string>
): { child: ChildProcess; ended: Promise<AceEnd> } {
  const child = spawn(process.execPath, ['--disable-warning=Warning', 'ace.js', ...args], {
    cwd: app.makePath(),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => (output += chunk))
  }
  const ended = once(child, 'close').then(([code]) => ({ code, output }))
  return { child, ended }
}

/** Runs such a command to its end. */
export function runAce(args: readonly string[], environment: Record<string, string>) {
  return startAce(args, environment).ended
}

/** What leads another process to the database of the tests. */
export function testDatabase(): Record<string, string> {
  const names = ['DB_CONNECTION', 'DB_HOST', 'DB_PORT', 'DB_USER', 'DB_PASSWORD', 'DB_DATABASE']
  const all = ['DATA_DIR', 'ENV_PATH', ...names]
  return Object.fromEntries(all.flatMap((name) => entryOf(name)))
}

function entryOf(name: string): [string, string][] {
  const value = process.env[name]
  return value ? [[name, value]] : []
}
