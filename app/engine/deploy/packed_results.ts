import { gunzipSync } from 'node:zlib'
import { type Command, sh } from '#engine/shell/command'

/** How long a part is, in characters: no result may be longer than 1500. */
const PART = 1400

/** How many parts there may be; a run announces 50 results at most, of 32 KiB in all. */
const MOST_PARTS = 19

/** What comes out is no larger than that, in bytes, whatever a server packed. */
const MOST_BYTES = 512 * 1024

/**
 * Announces what a command prints as results `<name>_0`, `<name>_1` and so on: packed, so that
 * some hundred lines fit and no byte of it means anything on the way. What does not fit is left
 * out as a whole, and a result `<name>_left_out` says so.
 */
export function packResult(name: 'commits' | 'files', printing: Command): Command {
  return sh`packed=$(${printing} | gzip -9n | base64 -w 0) || packed=''
size=${PART} name=${name}
if [ "\${#packed}" -gt ${PART * MOST_PARTS} ]; then
  muster_result "\${name}_left_out" "\${#packed}"
else
  for ((part = 0; part * size < \${#packed}; part++)); do
    muster_result "\${name}_$part" "\${packed:part * size:size}"
  done
fi`
}

/** What `packResult` announced; null for nothing, and for what a hostile server made up. */
export function unpackResult(
  results: Readonly<Record<string, string>>,
  name: 'commits' | 'files'
): Buffer | null {
  const parts: string[] = []
  for (let part = 0; part < MOST_PARTS; part++) {
    const value = results[`${name}_${part}`]
    if (typeof value !== 'string') break
    parts.push(value)
  }
  if (parts.length === 0) return null
  try {
    return gunzipSync(Buffer.from(parts.join(''), 'base64'), { maxOutputLength: MOST_BYTES })
  } catch {
    return null
  }
}
