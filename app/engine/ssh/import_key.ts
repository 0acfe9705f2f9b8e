import { createPrivateKey, type KeyObject } from 'node:crypto'
import ssh2 from 'ssh2'
import type { Secret } from '#engine/shell/secret'
import { keyPairOf, type KeyPair } from '#engine/ssh/key_pair'
import { readPublicKey } from '#engine/ssh/public_key'
import { UnusableKey } from '#engine/ssh/unusable_key'
import { WireReader } from '#engine/ssh/wire'

const LONGEST = 32_768

/** More makes each login slow, and lines longer than where they are kept. */
const MOST_RSA_BITS = 4096

/**
 * Rounds of bcrypt_pbkdf, each of which holds the process up for some 10 ms. OpenSSH makes keys
 * with 16 or 24.
 */
const MOST_ROUNDS = 100

/** What a key in OpenSSH's format begins with (OpenSSH, PROTOCOL.key). */
const MAGIC = Buffer.from('openssh-key-v1\0')

const OPENSSH = 'OPENSSH PRIVATE KEY'

/** One block and no other, with the headers of the lock that openssl's older forms have. */
const BLOCK =
  /^-----BEGIN ([A-Z ]+)-----\n(Proc-Type: 4,ENCRYPTED\nDEK-Info: [A-Z0-9-]+,[0-9A-Fa-f]+\n\n)?([A-Za-z0-9+/=\s]+)\n-----END \1-----$/

/**
 * The beginning of PKCS #8 (RFC 5958) with a key of RSA, ECDSA or Ed25519, read as latin1. Of
 * others openssl works out the public part, by numbers as large as they say.
 */
const KEY_THAT_LOGS_IN =
  // eslint-disable-next-line no-control-regex
  /^\x30(?:[\0-\x7f]|\x81.|\x82..)\x02\x01[\0\x01]\x30[\0-\x7f](?:\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01|\x06\x07\x2a\x86\x48\xce\x3d\x02\x01|\x06\x03\x2b\x65\x70)/s

const WITHOUT_PASSPHRASE = 'Take the passphrase off a copy of it by ssh-keygen -p, and give that.'

/**
 * Takes a private key in OpenSSH's format or PEM, opened by its passphrase if it has one, and gives
 * the pair without a passphrase.
 *
 * @throws UnusableKey, whose message is for people, for what is not one strong private key
 */
export function importKeyPair(text: Secret, passphrase: Secret | null, comment: string): KeyPair {
  const pem = text.reveal().trim().replaceAll('\r\n', '\n')
  if (pem.length > LONGEST) throw new UnusableKey('This is too long for a private key.')
  const key = open(pem, passphrase?.reveal() || undefined)
  const pair = pairOf(key, comment)
  const { type, bits } = readPublicKey(pair.publicKey)
  if (type === 'ssh-rsa' && bits > MOST_RSA_BITS) {
    throw new UnusableKey(
      `This RSA key has ${bits} bits, and Muster works with ${MOST_RSA_BITS} at most. Make an Ed25519 key: ssh-keygen -t ed25519`
    )
  }
  return pair
}

function open(pem: string, passphrase: string | undefined): KeyObject {
  const [, label] = /^-----BEGIN ([A-Z0-9 ]+)-----\n/.exec(pem) ?? []
  switch (label) {
    case OPENSSH:
      return openOpenSsh(pem, passphrase)
    case 'RSA PRIVATE KEY':
    case 'EC PRIVATE KEY':
    case 'PRIVATE KEY':
      return openPem(pem, passphrase)
    case 'DSA PRIVATE KEY':
      throw new UnusableKey('DSA keys are broken, and no server takes them any more.')
    case 'ENCRYPTED PRIVATE KEY':
      throw new UnusableKey(
        `A key locked in the form of PKCS #8 is not opened here. ${WITHOUT_PASSPHRASE}`
      )
  }
  if (/^(?:ssh|ecdsa|sk)-\S+ AAAA/.test(pem)) {
    throw new UnusableKey('This is the public part. Give the file beside it, without .pub.')
  }
  if (pem.startsWith('PuTTY-User-Key-File')) {
    throw new UnusableKey(
      'This is a key of PuTTY. In PuTTYgen choose Conversions, Export OpenSSH key.'
    )
  }
  throw new UnusableKey(
    'This is not a private key. It begins with -----BEGIN OPENSSH PRIVATE KEY-----'
  )
}

function openOpenSsh(pem: string, passphrase: string | undefined): KeyObject {
  const bytes = bytesOf(pem)
  const { type, locked, rounds } = headOf(bytes)
  if (type.startsWith('sk-')) {
    throw new UnusableKey(
      'This key is in a security key, without which it does nothing. Take another.'
    )
  }
  if (type === 'ssh-dss') {
    throw new UnusableKey('DSA keys are broken, and no server takes them any more.')
  }
  if (locked && rounds > MOST_ROUNDS) {
    throw new UnusableKey(
      `Its lock takes ${rounds} rounds, too many for a panel. ${WITHOUT_PASSPHRASE}`
    )
  }
  if (locked && passphrase === undefined) throw needsPassphrase()
  // Written anew, so that what is opened are the bytes whose head was read.
  const parsed = ssh2.utils.parseKey(pemOf(bytes), locked ? passphrase : undefined)
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key instanceof Error) throw locked ? wrongPassphrase() : damaged()
  if (!key.isPrivateKey()) throw damaged()
  return openPem(key.getPrivatePEM(), undefined)
}

function bytesOf(pem: string): Buffer {
  const [, , headers, body] = BLOCK.exec(pem) ?? []
  const bytes = Buffer.from(headers ? '' : (body ?? ''), 'base64')
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged()
  return bytes
}

function pemOf(bytes: Buffer): string {
  return `-----BEGIN ${OPENSSH}-----\n${bytes.toString('base64')}\n-----END ${OPENSSH}-----`
}

/** What a key in OpenSSH's format says of itself before it is opened. */
function headOf(bytes: Buffer): { type: string; locked: boolean; rounds: number } {
  try {
    const reader = new WireReader(bytes.subarray(MAGIC.length))
    const cipher = reader.field().toString('latin1')
    reader.field()
    const options = new WireReader(reader.field())
    reader.uint32()
    const type = new WireReader(reader.field()).field().toString('latin1')
    if (cipher === 'none') return { type, locked: false, rounds: 0 }
    options.field()
    return { type, locked: true, rounds: options.uint32() }
  } catch {
    throw damaged()
  }
}

function openPem(pem: string, passphrase: string | undefined): KeyObject {
  const [, label, headers, body] = BLOCK.exec(pem.trim()) ?? []
  if (body === undefined) throw damaged()
  const locked = headers !== undefined
  if (locked && passphrase === undefined) throw needsPassphrase()
  const head = Buffer.from(body, 'base64').toString('latin1', 0, 32)
  if (label === 'PRIVATE KEY' && !KEY_THAT_LOGS_IN.test(head)) throw wrongType()
  try {
    return createPrivateKey({
      key: pem,
      format: 'pem',
      passphrase: locked ? passphrase : undefined,
    })
  } catch {
    throw locked ? wrongPassphrase() : damaged()
  }
}

function pairOf(key: KeyObject, comment: string): KeyPair {
  try {
    return keyPairOf(key, comment)
  } catch {
    throw wrongType()
  }
}

const damaged = () =>
  new UnusableKey('The key is damaged: perhaps not all of it was copied. Copy the whole file.')
const wrongType = () =>
  new UnusableKey('Keys of this type do not log in anywhere. Take Ed25519, ECDSA or RSA.')
const needsPassphrase = () =>
  new UnusableKey('This key is locked. Give its passphrase.', 'passphrase')
const wrongPassphrase = () =>
  new UnusableKey('The passphrase does not open this key.', 'passphrase')
