import { createHash } from 'node:crypto'
import { type Duplex } from 'node:stream'
import { firstContactAlgorithms } from '#engine/ssh/algorithms'
import { handshake } from '#engine/ssh/handshake'
import { CONNECTION_LIMITS } from '#engine/ssh/limits'
import { nameOf, openSocket } from '#engine/ssh/socket'

/** A server's public key. */
export interface HostKey {
  /** Key type as in `authorized_keys`, for example `ssh-ed25519` or `ssh-rsa`. */
  type: string
  /** The public key in SSH wire format (RFC 4253 6.6), base64. */
  key: string
}

/** The key's fingerprint as OpenSSH shows it: `SHA256:` and unpadded base64. */
export function fingerprint(hostKey: HostKey): string {
  const digest = createHash('sha256').update(Buffer.from(hostKey.key, 'base64')).digest('base64')
  return `SHA256:${digest.replace(/=+$/, '')}`
}

/**
 * Asks a server for its host key: the key exchange proves that it has the private part, then the
 * connection is closed before anything is authenticated.
 *
 * @param options.timeout milliseconds for the connection and for the key exchange each
 * @param options.through a stream to the host's port, such as one forwarded by a server, instead of
 * a connection of our own
 * @throws RemoteError E_CONNECT or E_TIMEOUT
 */
export async function readHostKey(
  host: string,
  port: number,
  options: { timeout?: number; through?: Duplex } = {}
): Promise<HostKey> {
  const socket =
    options.through ?? (await openSocket(host, port, options.timeout ?? CONNECTION_LIMITS.connect))
  let offered: HostKey | undefined
  const config = {
    username: '',
    algorithms: firstContactAlgorithms(),
    hostVerifier: (blob: Buffer) => {
      offered = hostKeyOf(blob)
      return true
    },
  }
  await handshake(socket, config, {
    server: nameOf(host, port),
    timeout: options.timeout ?? CONNECTION_LIMITS.handshake,
    until: 'handshake',
  })
  return offered!
}

/** The host key in this SSH wire format, whose first field is its type. */
export function hostKeyOf(blob: Buffer): HostKey {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0
  if (length === 0 || length > blob.length - 4) throw new TypeError('This is not a host key.')
  return { type: blob.toString('latin1', 4, 4 + length), key: blob.toString('base64') }
}
