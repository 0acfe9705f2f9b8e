import { createHash, randomBytes } from 'node:crypto'
import { posix } from 'node:path'
import { sequence, sh } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import { commandFailed } from '#engine/ssh/command_failure'
import { CommandFailed } from '#engine/ssh/errors'
import { type Remote, type WriteFileOptions } from '#engine/ssh/remote'

const DAMAGED = 65
const TOO_LARGE = 66
const NOT_A_FILE = 67

/**
 * See `Remote.writeFile`. Mode and owner are set through the open file, not through its name: in
 * a directory that belongs to someone else the name may point elsewhere a moment later.
 */
export async function writeFileTo(
  remote: Remote,
  path: string,
  content: string | Buffer | Secret,
  options: WriteFileOptions
): Promise<void> {
  assertAbsoluteFile(path)
  const text = content instanceof Secret ? content.reveal() : content
  const sum = createHash('sha256').update(text).digest('hex')
  const temporary = posix.join(
    posix.dirname(path),
    `.muster-${randomBytes(9).toString('base64url')}`
  )
  const steps = [
    sh`umask 077; set -C`,
    sh`exec 3>${temporary} || exit 1`,
    sh`trap ${`rm -f -- "$temporary"`} EXIT`,
    sh`temporary=${temporary}`,
    sh`cat >&3 || exit 1`,
    sh`actual=$(sha256sum </proc/self/fd/3) || exit 1`,
    sh`[ "$\{actual%% *}" = ${sum} ] || { echo "the content arrived damaged" >&2; exit ${DAMAGED}; }`,
    ...(options.owner === undefined
      ? []
      : [sh`chown -- ${ownerOf(options.owner)} /proc/self/fd/3 || exit 1`]),
    sh`chmod -- ${modeOf(options.mode)} /proc/self/fd/3 || exit 1`,
    sh`mv -T -- ${temporary} ${path} || exit 1`,
  ]
  const command = sequence(...steps)
  const result = await remote.run(command, { stdin: content })
  if (result.outcome.kind === 'exited' && result.outcome.code === 0) return
  throw commandFailed(remote.name, sh`write ${path}`, result, content)
}

/** See `Remote.readFile`. */
export async function readFileFrom(
  remote: Remote,
  path: string,
  maxBytes: number
): Promise<Buffer> {
  assertAbsoluteFile(path)
  const chunks: Buffer[] = []
  const command = sequence(
    sh`[ ! -e ${path} ] || [ -f ${path} ] || { echo "not a regular file" >&2; exit ${NOT_A_FILE}; }`,
    sh`head -c ${maxBytes + 1} <${path}`
  )
  const result = await remote.run(command, {
    onOutput: (chunk, stream) => {
      if (stream === 'stdout') chunks.push(chunk)
    },
  })
  if (result.outcome.kind !== 'exited' || result.outcome.code !== 0) {
    throw commandFailed(remote.name, sh`read ${path}`, { ...result, stdout: '' })
  }
  const content = Buffer.concat(chunks)
  if (content.length > maxBytes) throw tooLarge(remote, path, maxBytes)
  return content
}

export function tooLarge(remote: Remote, path: string, maxBytes: number): CommandFailed {
  return new CommandFailed(
    `read ${path}`,
    { outcome: { kind: 'exited', code: TOO_LARGE }, stdout: '', stderr: '', durationMs: 0 },
    `the file on ${remote.name} is larger than the ${maxBytes} bytes that may be read`,
    'Look at the file on the server: a file of this kind should not be so large.'
  )
}

export function modeOf(mode: number): string {
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) {
    throw new TypeError('A file mode is a number from 0 to 0o7777.')
  }
  return mode.toString(8).padStart(4, '0')
}

export function ownerOf(owner: string): string {
  if (!/^[a-zA-Z0-9_][a-zA-Z0-9_.-]*\$?(:[a-zA-Z0-9_][a-zA-Z0-9_.-]*)?$/.test(owner)) {
    throw new TypeError('An owner is a user name, or a user and a group name joined by a colon.')
  }
  return owner
}

export function assertAbsoluteFile(path: string): void {
  if (!path.startsWith('/') || path.endsWith('/') || path.includes('\0')) {
    throw new TypeError('A path on a server is absolute and names a file.')
  }
}
