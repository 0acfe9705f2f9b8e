import { fingerprint } from '#engine/ssh/host_key'
import { readPublicKey } from '#engine/ssh/public_key'
import type { Remote } from '#engine/ssh/remote'
import { printKeys } from '#engine/system/authorized_keys'

/** More of a file is not read, and more keys of it are not told apart. */
const MOST_BYTES = 262_144
const MOST_KEYS = 500

/** What a key may be called here. */
const LONGEST_COMMENT = 100

/** A key that a server lets in. What the server says of it is data, capped. */
export interface FoundKey {
  type: string
  fingerprint: string
  comment: string
  /** Whether the line has options, such as `from=`. */
  restricted: boolean
}

export interface FoundKeys {
  /** Why there are none: no file, a link, a file of somebody else, no such user. */
  state: 'keys' | 'none' | 'link' | 'foreign' | 'no-user'
  keys: FoundKey[]
  /** Lines that hold no key Muster can read. */
  unreadable: number
  /** Whether there is more than was read. */
  cut: boolean
}

/**
 * Reads which keys a server lets in as a user.
 *
 * @throws RemoteError when the server is not reached or does not answer in this form
 */
export async function gatherKeys(remote: Remote, user: string): Promise<FoundKeys> {
  const chunks: Buffer[] = []
  let size = 0
  await remote.mustRun(printKeys(user), {
    timeout: 20_000,
    onOutput: (chunk, stream) => {
      if (stream === 'stdout' && size <= MOST_BYTES + 64) chunks.push(chunk)
      size += chunk.length
    },
  })
  return readFoundKeys(Buffer.concat(chunks).toString('utf8'))
}

/** What `printKeys` printed. */
export function readFoundKeys(output: string): FoundKeys {
  const [state, ...lines] = output.split('\n')
  const found: FoundKeys = { state: stateOf(state), keys: [], unreadable: 0, cut: false }
  if (found.state !== 'keys') return found
  found.cut = Buffer.byteLength(output) > MOST_BYTES
  for (const line of lines) {
    if (/^\s*(?:#|$)/.test(line)) continue
    const key = readLine(line)
    if (!key) found.unreadable++
    else if (found.keys.length < MOST_KEYS) found.keys.push(key)
    else found.cut = true
  }
  return found
}

function readLine(line: string): FoundKey | null {
  const rest = withoutOptions(line.trim())
  const [type, key, ...comment] = rest.slice(0, 8192).split(/\s+/)
  try {
    const read = readPublicKey(`${type} ${key}`)
    return {
      type: read.type,
      fingerprint: fingerprint(read),
      comment: visible(comment.join(' ')),
      restricted: rest !== line.trim(),
    }
  } catch {
    return null
  }
}

/** The line from its key on (sshd(8), AUTHORIZED_KEYS FILE FORMAT). */
function withoutOptions(line: string): string {
  if (/^(?:ssh|ecdsa|sk)-[^\s,="]*\s/.test(line)) return line
  let quoted = false
  for (let index = 0; index < line.length; index++) {
    if (line[index] === '\\' && line[index + 1] === '"') index++
    else if (line[index] === '"') quoted = !quoted
    else if (!quoted && /\s/.test(line[index])) return line.slice(index).trimStart()
  }
  return ''
}

function visible(comment: string): string {
  const text = comment.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu, '')
  return [...text].slice(0, LONGEST_COMMENT).join('')
}

function stateOf(word: string): FoundKeys['state'] {
  return word === 'keys' || word === 'link' || word === 'foreign' || word === 'no-user'
    ? word
    : 'none'
}
