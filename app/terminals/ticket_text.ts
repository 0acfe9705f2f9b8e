import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { Secret } from '#engine/shell/secret'

/** What the socket speaks; beside it the browser names its ticket. */
export const SOCKET_PROTOCOL = 'muster.terminal'

const TICKET = /^ticket\.([A-Za-z0-9_-]{43})$/

/** 256 random bits. */
export function newTicket(): Secret {
  return new Secret(randomBytes(32).toString('base64url'))
}

/** What is kept of a ticket. It is random, so a fast hash is enough. */
export function hashOfTicket(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** 256 random bits: who has them comes back to the terminal they were made for. */
export function newResumeSecret(): Secret {
  return newTicket()
}

/** What is kept of a resume secret. */
export function hashOfResumeSecret(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Whether this is the resume secret of that hash; takes as long for a wrong one. */
export function isResumeSecret(text: string, hash: Buffer): boolean {
  return timingSafeEqual(hashOfResumeSecret(text), hash)
}

/**
 * The ticket in a `Sec-WebSocket-Protocol` header (RFC 6455, 11.3.4), or null. It travels there
 * because addresses end in logs, and so that no socket is open before it was looked at.
 */
export function ticketIn(header: string | undefined): string | null {
  const [protocol, ticket, ...rest] = (header ?? '').split(',').map((part) => part.trim())
  if (protocol !== SOCKET_PROTOCOL || rest.length > 0) return null
  return TICKET.exec(ticket ?? '')?.[1] ?? null
}
