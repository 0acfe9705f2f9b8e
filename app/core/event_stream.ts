import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpContext } from '@adonisjs/core/http'
import { stopping } from '#app/core/stopping'

/** A comment this often keeps proxies from closing a quiet stream, in milliseconds. */
const KEEP_ALIVE_MS = 15_000

const COMMENT = ':\n\n'

/**
 * Answers with server-sent events for as long as the reader stays and the panel runs.
 * Source: HTML Standard, 9.2 Server-sent events.
 *
 * @param events gives the events as they stand on the wire; it ends soon after the signal fires
 */
export function eventStream(
  { response }: HttpContext,
  events: (signal: AbortSignal) => AsyncIterator<string>
) {
  const left = new AbortController()
  response.response.on('close', () => left.abort())
  if (response.response.destroyed) left.abort()
  response.header('Content-Type', 'text/event-stream')
  response.header('Cache-Control', 'no-cache, no-transform')
  response.header('X-Accel-Buffering', 'no')
  const signal = AbortSignal.any([left.signal, stopping.signal])
  return response.stream(Readable.from(keptAlive(events(signal))))
}

/** The answer begins with a comment as well: until something is said its reader knows of none. */
async function* keptAlive(events: AsyncIterator<string>): AsyncGenerator<string> {
  yield COMMENT
  let next: Promise<IteratorResult<string>> | null = null
  try {
    for (;;) {
      next ??= events.next()
      // It may fail while a comment is on its way, before anybody waits for it again.
      next.catch(() => {})
      const event = await orQuiet(next)
      if (event?.done) return
      if (event) next = null
      yield event?.value ?? COMMENT
    }
  } finally {
    await events.return?.()
  }
}

/** Null when nothing has come for so long that a comment is due. */
async function orQuiet<T>(next: Promise<T>): Promise<T | null> {
  const waiting = new AbortController()
  const quiet = sleep(KEEP_ALIVE_MS, null, { signal: waiting.signal }).catch(() => null)
  try {
    return await Promise.race([next, quiet])
  } finally {
    waiting.abort()
  }
}
