import { EgressError } from '#engine/egress/errors'
import { type Message, problemOfUrl } from '#engine/egress/message'

/** Headers that hold nothing meant for one origin alone. */
const FOR_ANYONE = ['accept', 'accept-encoding', 'accept-language', 'user-agent']

/** What an answer says about where to go on. */
interface Answer {
  status: number
  headers: { location?: string }
}

/**
 * The request that an answer redirects to, or null when it is no redirect (RFC 9110, 15.4).
 *
 * Another origin gets no header but `FOR_ANYONE`, and never a body.
 *
 * @throws EgressError E_EGRESS_REDIRECT when it may not be followed
 */
export function redirected(message: Message, { status, headers }: Answer): Message | null {
  if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) return null
  const url = URL.parse(headers.location, message.url)
  const problem = problemOfUrl(url)
  if (url === null || problem !== null) {
    throw notFollowed(message, `to an address that cannot be used: ${problem}`)
  }
  if (message.url.protocol === 'https:' && url.protocol === 'http:') {
    throw notFollowed(message, 'from https to http')
  }
  const next = { ...withMethodFor(status, message), url }
  if (url.origin === message.url.origin) return next
  if (next.body) throw notFollowed(message, `to ${url.host}, which would be sent the content too`)
  return { ...next, headers: only(FOR_ANYONE, message.headers) }
}

/** The error for an answer that redirects once more than its caller allowed. */
export function tooManyRedirects(message: Message, most: number): EgressError {
  return notFollowed(message, `once more after ${most} ${most === 1 ? 'redirect' : 'redirects'}`)
}

function withMethodFor(status: number, message: Message): Message {
  const { method, headers } = message
  const repeats = status === 303 ? ['GET', 'HEAD'].includes(method) : method !== 'POST'
  if (status > 303 || repeats) return message
  const rest = Object.keys(headers).filter((name) => !name.startsWith('content-'))
  return { ...message, method: 'GET', headers: only(rest, headers), body: undefined }
}

function only(names: readonly string[], headers: Message['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)))
}

function notFollowed({ url }: Message, where: string): EgressError {
  return new EgressError(
    'E_EGRESS_REDIRECT',
    `${url.host} redirects ${where}. The panel does not follow.`,
    'Give the address that the host redirects to, when it is the right one.'
  )
}
