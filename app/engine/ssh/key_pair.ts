import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { Secret } from '#engine/shell/secret'
import { readPrivateKey } from '#engine/ssh/private_key'

export interface KeyPair {
  /** The line for `authorized_keys`. */
  publicKey: string
  /** OpenSSH or PEM, without passphrase. */
  privateKey: Secret
}

const TYPE = 'ssh-ed25519'

/** Cipher `none` still pads to this, in bytes. */
const BLOCK = 8

/**
 * Makes a new Ed25519 key pair in OpenSSH's formats (RFC 8709; OpenSSH, PROTOCOL.key). Written out
 * here because one in some hundreds of those that ssh2 writes cannot be read again.
 *
 * @throws TypeError when the comment is not one line of printable ASCII.
 */
export function generateKeyPair(comment: string): KeyPair {
  return ed25519KeyPair(generateKeyPairSync('ed25519').privateKey, comment)
}

const FORMAT_OF: Partial<Record<string, 'pkcs1' | 'sec1'>> = { rsa: 'pkcs1', ec: 'sec1' }

/**
 * A private key of node as what SSH programs work with: Ed25519 in OpenSSH's format, RSA and ECDSA
 * as PEM, each of which OpenSSH and ssh2 read.
 *
 * @throws TypeError for keys of other types
 */
export function keyPairOf(key: KeyObject, comment: string): KeyPair {
  if (key.asymmetricKeyType === 'ed25519') return ed25519KeyPair(key, comment)
  const type = FORMAT_OF[key.asymmetricKeyType ?? '']
  if (!type) throw new TypeError('SSH knows no keys of this type.')
  const privateKey = new Secret(key.export({ format: 'pem', type }).toString())
  const parsed = readPrivateKey(privateKey)
  const blob = parsed.getPublicSSH().toString('base64')
  return { privateKey, publicKey: `${parsed.type} ${blob} ${comment}`.trimEnd() }
}

function ed25519KeyPair(privateKey: KeyObject, comment: string): KeyPair {
  if (!/^[\x20-\x7e]*$/.test(comment)) {
    throw new TypeError('The comment of a key is one line of printable ASCII characters.')
  }
  const { d, x } = privateKey.export({ format: 'jwk' })
  const seed = Buffer.from(d!, 'base64url')
  const point = Buffer.from(x!, 'base64url')

  const publicBlob = Buffer.concat([field(TYPE), field(point)])
  const check = randomBytes(4)
  const secret = Buffer.concat([
    check,
    check,
    field(TYPE),
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
  const pem = [
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    ...lines,
    '-----END OPENSSH PRIVATE KEY-----',
    '',
  ].join('\n')
  return {
    publicKey: `${TYPE} ${publicBlob.toString('base64')} ${comment}`.trimEnd(),
    privateKey: new Secret(pem),
  }
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint32(bytes.length), bytes])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
