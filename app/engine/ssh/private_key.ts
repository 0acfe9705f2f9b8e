import ssh2, { type ParsedKey } from 'ssh2'
import { type Secret } from '#engine/shell/secret'

/**
 * A private key in OpenSSH or PEM format, without a passphrase.
 *
 * @throws TypeError that says why it cannot be used.
 */
export function readPrivateKey(privateKey: Secret): ParsedKey {
  const parsed: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(privateKey.reveal())
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key instanceof Error) throw new TypeError(key.message)
  if (!key.isPrivateKey()) throw new TypeError('it is a public key')
  return key
}
