import { createPrivateKey, type KeyObject } from 'node:crypto'
import ssh2, { type ParsedKey } from 'ssh2'
import { type Secret } from '#engine/shell/secret'
import { keyPairOf, type KeyPair } from '#engine/ssh/key_pair'
import { openKey } from '#engine/ssh/open_key'
import { UnusableKey } from '#engine/ssh/unusable_key'

const FORMATS =
  'Paste the whole private key file, in OpenSSH or PEM format, from its BEGIN line to its END line.'

/** Bits; less has been too little for long. */
const SHORTEST_RSA = 2048

/** Characters of a line for authorized_keys; RSA keys of 4096 bits need some 750. */
const LONGEST_PUBLIC = 1024

/**
 * A key pair of a private key that someone has: in OpenSSH format or PEM (PKCS#1, SEC 1, PKCS#8),
 * with or without a passphrase, which is then taken off. Ed25519, ECDSA and RSA.
 *
 * @param comment for the line of the public key
 * @throws UnusableKey that says what is wrong, and never holds any of the key
 */
export async function importKeyPair(
  text: Secret,
  passphrase: Secret | null,
  comment: string
): Promise<KeyPair> {
  const key = isOpenSsh(text) ? await ofOpenSsh(text, passphrase) : ofPem(text, passphrase)
  const pair = pairOf(key, comment)
  if (pair.publicKey.length > LONGEST_PUBLIC) {
    throw new UnusableKey('This key is too long: use Ed25519, or RSA of 4096 bits.')
  }
  return pair
}

const isOpenSsh = (text: Secret) => text.reveal().includes('BEGIN OPENSSH PRIVATE KEY')

async function ofOpenSsh(text: Secret, passphrase: Secret | null): Promise<KeyObject> {
  const opened = passphrase ? await openKey(normalized(text), passphrase) : read(normalized(text))
  if ('problem' in opened) throw refusalOf(opened.problem, passphrase)
  try {
    return createPrivateKey(opened.pem)
  } catch {
    throw new UnusableKey('Muster cannot use keys of this type. Use Ed25519, ECDSA or RSA.')
  }
}

function read(text: string): { pem: string } | { problem: string } {
  const parsed: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(text)
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  return key instanceof Error ? { problem: key.message } : { pem: key.getPrivatePEM() }
}

function ofPem(text: Secret, passphrase: Secret | null): KeyObject {
  const plain = normalized(text)
  if (/^PuTTY-User-Key-File/.test(plain)) {
    throw new UnusableKey(`This is a key of PuTTY: export it as an OpenSSH key. ${FORMATS}`)
  }
  if (/^(?:ssh|ecdsa|sk)-/.test(plain) || plain.includes('BEGIN PUBLIC KEY')) {
    throw new UnusableKey(`This is a public key. ${FORMATS}`)
  }
  if (!/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(plain)) {
    throw new UnusableKey(`This is no private key. ${FORMATS}`)
  }
  try {
    return createPrivateKey({ key: plain, passphrase: passphrase?.reveal() })
  } catch (error) {
    throw refusalOf(
      `${(error as NodeJS.ErrnoException).code} ${(error as Error).message}`,
      passphrase
    )
  }
}

/** The lines as they were before a browser or a mail put other ends to them. */
function normalized(text: Secret): string {
  return `${text.reveal().replace(/\r\n?/g, '\n').trim()}\n`
}

function refusalOf(reason: string, passphrase: Secret | null): UnusableKey {
  if (reason.includes('too long')) {
    return new UnusableKey(
      'Opening this key takes too long. Take the passphrase off a copy of it first: ssh-keygen -p -N "" -f COPY.',
      'passphrase'
    )
  }
  const encrypted = /passphrase|encrypted|decrypt|integrity|bad password|INTERRUPTED|wrong tag/i
  if (!encrypted.test(reason)) return new UnusableKey(`This key cannot be read. ${FORMATS}`)
  return passphrase === null
    ? new UnusableKey('The key is protected by a passphrase. Give it here.', 'passphrase')
    : new UnusableKey('The passphrase does not open the key.', 'passphrase')
}

function pairOf(key: KeyObject, comment: string): KeyPair {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? SHORTEST_RSA
  if (bits < SHORTEST_RSA) {
    throw new UnusableKey(`RSA keys of ${bits} bits are too weak. Use Ed25519.`)
  }
  try {
    return keyPairOf(key, comment)
  } catch {
    throw new UnusableKey('Muster cannot use keys of this type. Use Ed25519, ECDSA or RSA.')
  }
}
