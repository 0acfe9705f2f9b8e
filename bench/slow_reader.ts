import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** So much is read at a time, in bytes, and so long nothing after it, in milliseconds. */
const SIP = 16 * 1024
const PAUSE_MS = 250

/**
 * Reads a stream of the panel as over a bad connection, 64 KiB a second, until the signal fires or
 * the stream ends. What it does not read waits in the panel, in its buffers or nowhere.
 *
 * @returns bytes read
 */
export async function readSlowly(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal
): Promise<number> {
  const response = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    get(url, { headers, signal }, resolve).once('error', reject)
  })
  response.on('error', () => {})
  let read = 0
  while (!signal.aborted) {
    const chunk = response.read(SIP) ?? response.read()
    read += chunk?.length ?? 0
    if (chunk === null && !response.readable) break
    await sleep(PAUSE_MS)
  }
  return read
}
