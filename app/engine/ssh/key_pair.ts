import ssh2 from 'ssh2'
import { Secret } from '#engine/shell/secret'

export interface KeyPair {
  /** The line for `authorized_keys`. */
  publicKey: string
  /** OpenSSH PEM, without passphrase. */
  privateKey: Secret
}

/**
 * Makes a new Ed25519 key pair.
 *
 * @throws TypeError when the comment is not one line of printable ASCII.
 */
export function generateKeyPair(comment: string): KeyPair {
  if (!/^[\x20-\x7e]*$/.test(comment)) {
    throw new TypeError('The comment of a key is one line of printable ASCII characters.')
  }
  const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment })
  return { publicKey: pair.public, privateKey: new Secret(pair.private) }
}
