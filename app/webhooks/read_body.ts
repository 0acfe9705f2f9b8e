import type { IncomingMessage } from 'node:http'

/** How large the body of a call may be, in bytes. */
export const MOST_BYTES = 1024 * 1024

/**
 * The body of a request, byte for byte; null when it is larger than that. It is read no further
 * then.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    size += part.length
    if (size > MOST_BYTES) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}
