import { Readable } from 'node:stream'
import type { HttpContext } from '@adonisjs/core/http'
import { stopping } from '#app/core/stopping'

/**
 * Answers with server-sent events for as long as the reader stays and the panel runs.
 * Source: HTML Standard, 9.2 Server-sent events.
 *
 * @param events gives the events as they stand on the wire, until the signal fires
 */
export function eventStream(
  { response }: HttpContext,
  events: (signal: AbortSignal) => AsyncIterable<string>
) {
  const left = new AbortController()
  response.response.on('close', () => left.abort())
  if (response.response.destroyed) left.abort()
  response.header('Content-Type', 'text/event-stream')
  response.header('Cache-Control', 'no-cache, no-transform')
  response.header('X-Accel-Buffering', 'no')
  const signal = AbortSignal.any([left.signal, stopping.signal])
  return response.stream(Readable.from(events(signal)))
}
