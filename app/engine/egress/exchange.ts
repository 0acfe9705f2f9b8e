import http, { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { type Phase, explained, tooLarge } from '#engine/egress/explain'
import { type Message, hostOf } from '#engine/egress/message'

/** With several addresses, each gets this long before the next is tried. */
const ATTEMPTS = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 2_000 }

/** An address that was checked. */
export interface CheckedAddress {
  address: string
  family: 4 | 6
}

/** What came back over one connection. */
export interface Answer {
  status: number
  /** Names in lower case. */
  headers: IncomingHttpHeaders
  body: Buffer
  /** The address that was connected to. */
  address: string
}

/**
 * Sends one request over a connection of its own to one of the checked addresses, and reads the
 * answer. The name of the host is for the Host header and the certificate only: it is not resolved.
 *
 * @param addresses tried in this order
 * @param limits bytes of the body at most; the end of it all
 * @throws EgressError, or the reason of the signal
 */
export async function exchange(
  message: Message,
  addresses: readonly CheckedAddress[],
  limits: { maxBytes: number; signal: AbortSignal }
): Promise<Answer> {
  const { signal, maxBytes } = limits
  const host = message.url.host
  let phase: Phase = 'connecting'
  let address = ''
  const request = open(message, addresses, signal)
  request.once('socket', (socket) => {
    socket.once('connect', () => {
      phase = message.url.protocol === 'https:' ? 'securing' : 'talking'
      address = socket.remoteAddress ?? ''
    })
    socket.once('secureConnect', () => (phase = 'talking'))
  })
  try {
    const response = await responseTo(request, message.body)
    const body = await read(response, maxBytes, host)
    return { status: response.statusCode ?? 0, headers: response.headers, body, address }
  } catch (error) {
    throw signal.aborted ? signal.reason : explained(host, phase, error)
  } finally {
    request.destroy()
  }
}

function open(message: Message, addresses: readonly CheckedAddress[], signal: AbortSignal) {
  const { url, method, body } = message
  const secure = url.protocol === 'https:'
  const host = hostOf(url)
  return (secure ? https : http).request({
    protocol: url.protocol,
    hostname: host,
    port: url.port || (secure ? 443 : 80),
    path: url.pathname + url.search,
    method,
    headers: {
      ...message.headers,
      host: url.host,
      ...(body === undefined ? {} : { 'content-length': body.length }),
    },
    // A new agent: nothing is shared between requests, and no proxy comes from the environment.
    agent: false,
    ...ATTEMPTS,
    lookup: (_name, _options, found) => found(null, [...addresses]),
    servername: isIP(host) ? '' : host,
    // Said here, it holds against NODE_TLS_REJECT_UNAUTHORIZED too.
    rejectUnauthorized: true,
    signal,
  })
}

function responseTo(request: ClientRequest, body: Buffer | undefined): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  request.on('response', resolve)
  request.on('error', reject)
  // The only sign of an answer that switches protocols.
  request.on('close', () => reject(new Error('The connection was closed without an answer.')))
  request.end(body)
  return promise
}

async function read(response: IncomingMessage, maxBytes: number, host: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge(host, `an answer of over ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
