import type { IncomingHttpHeaders } from 'node:http'

/**
 * A call of a webhook, as it came in.
 */
export interface Call {
  headers: IncomingHttpHeaders
  /** Byte for byte. */
  body: Buffer
  type: 'json' | 'form'
  address: string
  requestId: string | undefined
}

/**
 * A header as text; none and several are nothing.
 */
export function headerOf({ headers }: Pick<Call, 'headers'>, name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}
