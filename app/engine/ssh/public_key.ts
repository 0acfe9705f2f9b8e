import { createPublicKey } from 'node:crypto'
import { bitLength, WireReader } from '#engine/ssh/wire'
import { UnusableKey } from '#engine/ssh/unusable_key'

/** A public key as a line of authorized_keys(8) has it. */
export interface PublicKey {
  /** Such as `ssh-ed25519` or `ssh-rsa`. */
  type: string
  /** In SSH wire format, base64. */
  key: string
  /** One line without control characters; may be empty. */
  comment: string
  bits: number
}

/** Longer lines are not keys: an RSA key of 16384 bits takes 2,800 characters. */
const LONGEST_LINE = 4096

/** Bits of an RSA modulus: fewer are weak, more are refused by OpenSSH. */
const RSA_BITS = { least: 2048, most: 16384 }

/** A comment: to 100 characters of one line, none of them invisible. */
const COMMENT = /^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]{0,100}$/u

const CURVES: Record<string, { jwk: string; bytes: number; bits: number }> = {
  nistp256: { jwk: 'P-256', bytes: 32, bits: 256 },
  nistp384: { jwk: 'P-384', bytes: 48, bits: 384 },
  nistp521: { jwk: 'P-521', bytes: 66, bits: 521 },
}

/** Reads the rest of a key of each type and gives its size in bits; null when it is malformed. */
const TYPES: Record<string, (reader: WireReader) => number | null> = {
  'ssh-ed25519': ed25519,
  'ssh-rsa': rsa,
  'ecdsa-sha2-nistp256': (reader) => ecdsa(reader, 'nistp256'),
  'ecdsa-sha2-nistp384': (reader) => ecdsa(reader, 'nistp384'),
  'ecdsa-sha2-nistp521': (reader) => ecdsa(reader, 'nistp521'),
  'sk-ssh-ed25519@openssh.com': (reader) => withApplication(reader, ed25519(reader)),
  'sk-ecdsa-sha2-nistp256@openssh.com': (reader) =>
    withApplication(reader, ecdsa(reader, 'nistp256')),
}

/**
 * Reads one public key as `ssh-keygen` writes it: type, key, and perhaps a comment. Space around
 * the line does not count.
 *
 * @throws UnusableKey, whose message is for people, for whatever is not one strong public key
 */
export function readPublicKey(text: string): PublicKey {
  const line = text.trim()
  if (line.length > LONGEST_LINE) throw new UnusableKey('This is too long for a public key.')
  if (/PRIVATE KEY|^PuTTY-User-Key-File/.test(line)) {
    throw new UnusableKey(
      'This is a private key. Keep it to yourself; give the line of the file whose name ends in .pub.'
    )
  }
  if (/[\r\n]/.test(line)) throw new UnusableKey('Give one key, which is one line.')
  const match = /^(\S+)[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t]+(.*))?$/.exec(line)
  if (!match || !Object.hasOwn(TYPES, match[1])) throw new UnusableKey(whyNot(line))
  const [, type, key, comment = ''] = match
  if (!COMMENT.test(comment) || !comment.isWellFormed()) {
    throw new UnusableKey(
      'The comment after the key has to be plain text of 100 characters at most.'
    )
  }
  return { type, key, comment, bits: bitsOf(type, key) }
}

/** The key part of a line that Muster wrote or took. */
export function blobOf(publicKey: string): string {
  return publicKey.split(' ')[1] ?? ''
}

function bitsOf(type: string, key: string): number {
  const blob = Buffer.from(key, 'base64')
  const bits = blob.toString('base64') === key ? read(type, blob) : null
  if (bits === null) {
    throw new UnusableKey(
      'The key is damaged: perhaps not all of it was copied. Copy the whole line.'
    )
  }
  if (type === 'ssh-rsa' && (bits < RSA_BITS.least || bits > RSA_BITS.most)) {
    throw new UnusableKey(
      `An RSA key has to have ${RSA_BITS.least} to ${RSA_BITS.most} bits, and this one has ${bits}. Make an Ed25519 key: ssh-keygen -t ed25519`
    )
  }
  return bits
}

function read(type: string, blob: Buffer): number | null {
  try {
    const reader = new WireReader(blob)
    if (reader.field().toString('latin1') !== type) return null
    const bits = TYPES[type](reader)
    return reader.atEnd ? bits : null
  } catch {
    return null
  }
}

function ed25519(reader: WireReader): number | null {
  return reader.field().length === 32 ? 256 : null
}

function rsa(reader: WireReader): number | null {
  const [exponent, modulus] = [reader.field(), reader.field()]
  const sound = [exponent, modulus].every(
    (number) => isPositive(number) && number.at(-1)! % 2 === 1
  )
  return sound && bitLength(exponent) > 1 && bitLength(exponent) <= 64 ? bitLength(modulus) : null
}

/** As an mpint has it: not empty, without a sign, no zeros in front but for the sign. */
function isPositive(number: Buffer): boolean {
  if (number.length === 0 || number[0] >= 0x80) return false
  return number[0] !== 0 || number[1] >= 0x80
}

function ecdsa(reader: WireReader, name: string): number | null {
  const { jwk, bytes, bits } = CURVES[name]
  if (reader.field().toString('latin1') !== name) return null
  const point = reader.field()
  if (point.length !== 2 * bytes + 1 || point[0] !== 4) return null
  const [x, y] = [point.subarray(1, bytes + 1), point.subarray(bytes + 1)]
  // Refuses a point that is not on the curve.
  const coordinates = { x: x.toString('base64url'), y: y.toString('base64url') }
  createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: jwk, ...coordinates } })
  return bits
}

/** Keys in hardware name an application, by default `ssh:` (OpenSSH, PROTOCOL.u2f). */
function withApplication(reader: WireReader, bits: number | null): number | null {
  return /^[\x21-\x7e]{1,200}$/.test(reader.field().toString('latin1')) ? bits : null
}

function whyNot(line: string): string {
  if (/^ssh-dss\s/.test(line)) return 'DSA keys are broken, and no server takes them any more.'
  if (/-cert-v\d+@openssh\.com\s/.test(line)) {
    return 'This is a certificate. Give the public key it was made of.'
  }
  if (/\s(?:ssh|ecdsa|sk)-\S+\s+AAAA/.test(line)) {
    return 'Options before the key are not taken. Begin with its type, such as ssh-ed25519.'
  }
  return 'This is not a public key. It begins with its type, such as ssh-ed25519 or ssh-rsa.'
}
