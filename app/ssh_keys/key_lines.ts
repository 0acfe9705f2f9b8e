import { fingerprint } from '#engine/ssh/host_key'
import { blobOf, readPublicKey, type PublicKey } from '#engine/ssh/public_key'
import { UnusableKey } from '#engine/ssh/unusable_key'
import { refuse } from '#app/core/exceptions/refusal'

/** What is kept of a public key. */
export interface KeptKey {
  type: string
  bits: number
  publicKey: string
  fingerprint: string
}

/** A line of authorized_keys as it is kept: its key, and a comment. */
export function keptKey(line: string, comment?: string): KeptKey {
  const read: PublicKey = readPublicKey(line)
  const words = [read.type, read.key, comment ?? read.comment].filter(Boolean)
  return {
    type: read.type,
    bits: read.bits,
    publicKey: words.join(' '),
    fingerprint: fingerprint(read),
  }
}

/**
 * Gives what `take` gives, with a refusal for the field instead of an `UnusableKey`.
 */
export async function orRefuse<T>(
  fields: { key: string; passphrase?: string },
  take: () => T | Promise<T>
): Promise<T> {
  try {
    return await take()
  } catch (error) {
    if (!(error instanceof UnusableKey)) throw error
    refuse(error.concerns === 'passphrase' ? fields.passphrase! : fields.key, error.message)
  }
}

/** The fingerprint of a line that was kept; null for one that is no key. */
export function fingerprintOf(publicKey: string): string | null {
  const [type, key] = publicKey.split(' ')
  return key ? fingerprint({ type, key }) : null
}

/** Whether two lines hold the same key, whatever their comments. */
export function isSameKey(one: string, other: string): boolean {
  return blobOf(one) !== '' && blobOf(one) === blobOf(other)
}
