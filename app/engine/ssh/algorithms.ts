import { type Algorithms, type ServerHostKeyAlgorithm } from 'ssh2'
import { type HostKey } from '#engine/ssh/host_key'

/** No SHA-1, no CBC, no ChaCha20 (CVE-2023-48795), no compression; AES-GCM first, it is fastest. */
const TRANSPORT = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes256-ctr', 'aes128-ctr'],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
  ],
  compress: ['none'],
} satisfies Algorithms

/** The host key algorithms Muster accepts, best first. */
const HOST_KEYS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

/** What is offered to a server whose host key is not known yet. */
export function firstContactAlgorithms(): Algorithms {
  return { ...TRANSPORT, serverHostKey: [...HOST_KEYS] }
}

/** What is offered to a known server: host keys of the pinned types only. */
export function pinnedAlgorithms(pins: readonly HostKey[]) {
  const types = new Set(pins.map((pin) => pin.type))
  const serverHostKey = HOST_KEYS.filter((algorithm) => types.has(keyTypeOf(algorithm)))
  return { ...TRANSPORT, serverHostKey }
}

/** RSA keys keep their old type name whatever hash they sign with (RFC 8332 3). */
function keyTypeOf(algorithm: ServerHostKeyAlgorithm): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm
}
