import { createHash, randomBytes } from 'node:crypto'
import { Secret } from '#engine/shell/secret'

/** Tells people and secret scanners what the text is. */
const PREFIX = 'muster_'

const SHAPE = /^muster_[A-Za-z0-9_-]{43}$/

/** A new token: the prefix and 256 random bits. */
export function newToken(): Secret {
  return new Secret(`${PREFIX}${randomBytes(32).toString('base64url')}`)
}

/** What is kept of a token. It is random, so a fast hash is enough. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/**
 * The token in an `Authorization` header (RFC 6750, 2.1), or null.
 */
export function tokenIn(header: string | undefined): string | null {
  const [scheme, token, ...rest] = (header ?? '').split(' ')
  const valid = scheme.toLowerCase() === 'bearer' && rest.length === 0 && SHAPE.test(token ?? '')
  return valid ? token : null
}
