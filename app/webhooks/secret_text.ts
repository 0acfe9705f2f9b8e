import { randomBytes } from 'node:crypto'
import { Secret } from '#engine/shell/secret'

/** What GitLab's signing tokens begin with, as Standard Webhooks has it. */
const PREFIX = 'whsec_'

/**
 * A new secret: 256 random bits, in the one form that every provider takes, GitLab's signing
 * token among them.
 */
export function newSecret(): Secret {
  return new Secret(`${PREFIX}${randomBytes(32).toString('base64')}`)
}

/**
 * The key in a secret, where it is not the text itself that signs (Standard Webhooks).
 */
export function keyIn(secret: string): Buffer {
  return Buffer.from(secret.replace(PREFIX, ''), 'base64')
}
