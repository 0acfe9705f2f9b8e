import { validateHeaderName, validateHeaderValue } from 'node:http'
import { isIP } from 'node:net'
import { EgressError } from '#engine/egress/errors'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

export type Method = (typeof METHODS)[number]

/** One request as it is sent to one host. */
export interface Message {
  method: Method
  /** http or https, without user and password, with a port that can be connected to. */
  url: URL
  /** By names in lower case. */
  headers: Readonly<Record<string, string>>
  body: Buffer | undefined
}

/** What decides how the message travels is written by the gate and by node, never by a caller. */
const FRAMING =
  /^(?:host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*)$/

/**
 * Checks what a caller asks for.
 *
 * @throws EgressError E_EGRESS_URL or E_EGRESS_REQUEST
 */
export function messageOf(asked: {
  method?: Method
  url: string
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array
}): Message {
  const { method = 'GET', headers = {}, body } = asked
  if (!METHODS.includes(method)) throw notSendable('its method is not one that the panel uses')
  const url = URL.parse(asked.url)
  const problem = problemOfUrl(url)
  if (url === null || problem !== null) {
    throw new EgressError(
      'E_EGRESS_URL',
      `The panel does not send requests to this URL: ${problem}.`,
      'Give an address such as https://git.example.com/api, without user and password.'
    )
  }
  return {
    method,
    url,
    headers: Object.fromEntries(Object.entries(headers).map(checkedHeader)),
    body: body === undefined ? undefined : Buffer.from(body),
  }
}

/** Why no request can go to a URL, or null. `url` is null where a text could not be read as one. */
export function problemOfUrl(url: URL | null): string | null {
  if (url === null) return 'it is not a URL'
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'it is neither http nor https'
  if (url.username !== '' || url.password !== '') return 'it holds a user or password'
  if (url.port === '0') return 'it has port 0'
  return null
}

/** The host of a URL as it is resolved and checked: a name without dot at its end, or an address. */
export function hostOf(url: URL): string {
  const bare = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) ? bare : bare.replace(/\.$/, '')
}

function checkedHeader([name, value]: [string, string]): [string, string] {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  } catch {
    throw notSendable('a header has characters that HTTP does not allow')
  }
  const lower = name.toLowerCase()
  if (FRAMING.test(lower)) throw notSendable(`the header ${lower} is the panel's own to write`)
  return [lower, value]
}

function notSendable(reason: string): EgressError {
  return new EgressError(
    'E_EGRESS_REQUEST',
    `The request was not sent: ${reason}.`,
    'Check the headers and the method that were asked for.'
  )
}
