import {
  generateKeyPair as generateKeyPairOfNode,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'
import { Secret } from '#engine/shell/secret'
import { field, mpint, uint32 } from '#engine/ssh/wire'

export interface KeyPair {
  /** The line for `authorized_keys`. */
  publicKey: string
  /** OpenSSH or PEM, without passphrase. */
  privateKey: Secret
}

const ED25519 = 'ssh-ed25519'

/** Bits of the modulus of RSA keys that are made here. */
const RSA_BITS = 4096

/** Cipher `none` still pads to this, in bytes. */
const BLOCK = 8

/** What SSH (RFC 5656, 10.1) and what JWK calls a curve. */
const CURVES: Record<string, string> = {
  'P-256': 'nistp256',
  'P-384': 'nistp384',
  'P-521': 'nistp521',
}

/**
 * Makes a new Ed25519 key pair in OpenSSH's formats (RFC 8709; OpenSSH, PROTOCOL.key). Written out
 * here because one in some hundreds of those that ssh2 writes cannot be read again.
 *
 * @throws TypeError when the comment is not one line of printable ASCII.
 */
export function generateKeyPair(comment: string): KeyPair {
  assertComment(comment)
  return keyPairOf(generateKeyPairSync('ed25519').privateKey, comment)
}

/**
 * Makes a new RSA key pair of 4096 bits (RFC 4253, 6.6; the private part as in RFC 8017, A.1.2),
 * which takes about a second, off the event loop.
 *
 * @throws TypeError when the comment is not one line of printable ASCII.
 */
export async function generateRsaKeyPair(comment: string): Promise<KeyPair> {
  assertComment(comment)
  const { privateKey } = await promisify(generateKeyPairOfNode)('rsa', { modulusLength: RSA_BITS })
  return keyPairOf(privateKey, comment)
}

/**
 * A private key of node as what SSH programs work with: Ed25519 in OpenSSH's format, RSA and ECDSA
 * as PEM, each of which OpenSSH and ssh2 read.
 *
 * @throws TypeError for keys of other types
 */
export function keyPairOf(key: KeyObject, comment: string): KeyPair {
  const { type, blob } = publicBlobOf(key)
  return {
    publicKey: `${type} ${blob.toString('base64')} ${comment}`.trimEnd(),
    privateKey: new Secret(privateText(key, blob, comment)),
  }
}

function publicBlobOf(key: KeyObject): { type: string; blob: Buffer } {
  const { crv, x, y, n, e } = key.export({ format: 'jwk' })
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return { type: ED25519, blob: Buffer.concat([field(ED25519), field(bytesOf(x))]) }
    case 'rsa': {
      const numbers = [mpint(bytesOf(e)), mpint(bytesOf(n))]
      return { type: 'ssh-rsa', blob: Buffer.concat([field('ssh-rsa'), ...numbers]) }
    }
    case 'ec': {
      const curve = CURVES[crv!]
      if (!curve) break
      const type = `ecdsa-sha2-${curve}`
      const point = Buffer.concat([Buffer.of(4), bytesOf(x), bytesOf(y)])
      return { type, blob: Buffer.concat([field(type), field(curve), field(point)]) }
    }
  }
  throw new TypeError('SSH knows no keys of this type.')
}

function privateText(key: KeyObject, blob: Buffer, comment: string): string {
  if (key.asymmetricKeyType === 'rsa') return key.export({ format: 'pem', type: 'pkcs1' }) as string
  if (key.asymmetricKeyType === 'ec') return key.export({ format: 'pem', type: 'sec1' }) as string
  const { d, x } = key.export({ format: 'jwk' })
  return ed25519Text({ seed: bytesOf(d), point: bytesOf(x) }, blob, comment)
}

function ed25519Text(
  { seed, point }: { seed: Buffer; point: Buffer },
  publicBlob: Buffer,
  comment: string
): string {
  const check = randomBytes(4)
  const secret = Buffer.concat([
    check,
    check,
    field(ED25519),
    field(point),
    field(Buffer.concat([seed, point])),
    field(comment),
  ])
  const padding = Buffer.from(
    Array.from({ length: (BLOCK - (secret.length % BLOCK)) % BLOCK }, (_, index) => index + 1)
  )
  const blob = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    uint32(1),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ])
  const lines = blob.toString('base64').match(/.{1,70}/g)!
  return [
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    ...lines,
    '-----END OPENSSH PRIVATE KEY-----',
    '',
  ].join('\n')
}

function assertComment(comment: string): void {
  if (!/^[\x20-\x7e]*$/.test(comment)) {
    throw new TypeError('The comment of a key is one line of printable ASCII characters.')
  }
}

function bytesOf(value: string | undefined): Buffer {
  return Buffer.from(value!, 'base64url')
}
