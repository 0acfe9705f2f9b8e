import { randomBytes } from 'node:crypto'

/** A random word that marks the announcements of one script: 144 bits, letters and digits. */
export function createNonce(): string {
  return randomBytes(18).toString('base64url')
}
