import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { parseEnv } from 'node:util'
import { ConsoleError } from '#app/core/exceptions/console_error'

/**
 * The text of `.env` with `key` as SECRETS_KEY and the one it had as SECRETS_KEY_PREVIOUS, all else
 * as it was. The former key stays as it is written, quotes included.
 *
 * @throws ConsoleError when that cannot be done
 */
export function withNewSecretsKey(text: string, key: string): string {
  const before = parseEnv(text)
  if (!before.SECRETS_KEY) throw new ConsoleError('.env sets no SECRETS_KEY.')
  if (before.SECRETS_KEY.includes(',')) {
    throw new ConsoleError(
      'SECRETS_KEY has a comma in it, which parts former keys from each other.'
    )
  }
  const after = text
    .split('\n')
    .filter((line) => !/^\s*(export\s+)?SECRETS_KEY_PREVIOUS\s*=/.test(line))
    .flatMap((line) => {
      const [, name, value] = /^(\s*(?:export\s+)?SECRETS_KEY)(\s*=[^]*)$/.exec(line) ?? []
      return name ? [`${name}=${key}`, `${name}_PREVIOUS${value}`] : [line]
    })
    .join('\n')
  const wanted = { ...before, SECRETS_KEY: key, SECRETS_KEY_PREVIOUS: before.SECRETS_KEY }
  if (!sameValues(parseEnv(after), wanted)) {
    throw new ConsoleError(
      '.env is written in a way that cannot be changed safely. By hand: rename SECRETS_KEY to ' +
        'SECRETS_KEY_PREVIOUS, and set SECRETS_KEY to what `openssl rand -base64 32` prints.'
    )
  }
  return after
}

function sameValues(one: NodeJS.Dict<string>, other: NodeJS.Dict<string>): boolean {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return names.every((name) => one[name] === other[name])
}

/**
 * Puts a new text in the place of a file, in one go: whoever reads it, and whatever is cut off,
 * finds the old one or the new one, whole. Owner and mode stay.
 */
export function replaceFile(path: string, text: string): void {
  const target = fs.realpathSync(path)
  const { mode, uid, gid } = fs.statSync(target)
  const draft = `${target}.${randomBytes(6).toString('hex')}`
  const file = fs.openSync(draft, 'wx', 0o600)
  try {
    fs.fchownSync(file, uid, gid)
    fs.fchmodSync(file, mode & 0o777)
    fs.writeSync(file, text)
    fs.fsyncSync(file)
    fs.renameSync(draft, target)
  } catch (error) {
    fs.rmSync(draft, { force: true })
    throw error
  } finally {
    fs.closeSync(file)
  }
  syncDirectory(dirname(target))
}

function syncDirectory(path: string) {
  const directory = fs.openSync(path, 'r')
  fs.fsyncSync(directory)
  fs.closeSync(directory)
}

/** The text of a file, or null when there is none. */
export function readIfThere(path: string): string | null {
  try {
    return fs.readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
