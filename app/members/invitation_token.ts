import { createHash, randomBytes } from 'node:crypto'
import { Secret } from '#engine/shell/secret'

/** How long an invitation can be accepted, in days. */
export const INVITATION_DAYS = 7

const SHAPE = /^[A-Za-z0-9_-]{43}$/

/** The secret of an invitation's link: 256 random bits. */
export function newInvitationToken(): Secret {
  return new Secret(randomBytes(32).toString('base64url'))
}

/** What is kept of it. It is random, so a fast hash is enough. */
export function hashOfInvitation(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Whether a text can be the secret of an invitation at all. */
export function isInvitationToken(value: unknown): value is string {
  return typeof value === 'string' && SHAPE.test(value)
}
