/** Something a script of `compileScript` announces in its log. */
export type ProgressEvent =
  /** A step begins. */
  | { event: 'begin'; step: string; time: number }
  /** A step ended well; `warning` when it failed but is not needed. */
  | { event: 'end'; step: string; time: number; warning?: true }
  /** A step failed at its command `command` (from 0) with exit code `rc`. */
  | { event: 'fail'; step: string; command: number; rc: number; time: number }
  /** What a step did is taken back, because a later one failed. */
  | { event: 'undo'; step: string; time: number; rc: number }
  /** A value found on the way, such as the resolved commit. */
  | { event: 'result'; name: string; value: string; time: number }
  /** How it all ended; always the last. */
  | { event: 'outcome'; value: string; rc: number; time: number }

export type ProgressItem = { kind: 'log'; bytes: Buffer } | { kind: 'event'; event: ProgressEvent }

const SEPARATOR = 0x1e
const MAX_FRAME = 4096
const NONCE = /^[A-Za-z0-9_-]{16,64}$/

/** What a step, a result or an outcome may be called: as long as the columns that keep it. */
const NAME = /^[a-z][a-z0-9_-]{0,39}$/

/** How long a value may be, in characters. */
const MAX_VALUE = 1500

/** The last moment that a `Date` can hold, in milliseconds. */
const MAX_TIME = 8.64e15

/** No step has more commands than that. */
const MAX_COMMAND = 9999

/**
 * Parts the log of a run into what people read and what the script announced. An announcement
 * is `\x1e<nonce> <json>\n`; the nonce is known to the script alone, so that a build that prints
 * a line of that look prints just a line.
 */
export class ProgressParser {
  readonly #prefix: Buffer
  #pending: Buffer = Buffer.alloc(0)
  #consumed: number

  /**
   * @param nonce as given to `compileScript`.
   * @param offset the byte of the raw log where the first chunk begins: a former `consumed`.
   */
  constructor(nonce: string, offset = 0) {
    this.#prefix = Buffer.from(`\x1e${assertNonce(nonce)} `)
    this.#consumed = offset
  }

  /** Raw bytes that are wholly dealt with; following may begin here again. Never inside a frame. */
  get consumed(): number {
    return this.#consumed
  }

  /** Takes the next bytes of the raw log, cut anywhere. */
  push(chunk: Buffer): ProgressItem[] {
    return this.#read(this.#pending.length ? Buffer.concat([this.#pending, chunk]) : chunk)
  }

  /** Says that the log is over: gives out what was held back. A torn announcement is dropped. */
  flush(): ProgressItem[] {
    const rest = this.#pending
    this.#pending = Buffer.alloc(0)
    this.#consumed += rest.length
    const torn = rest.subarray(0, this.#prefix.length).equals(this.#prefix)
    return rest.length === 0 || torn ? [] : [{ kind: 'log', bytes: rest }]
  }

  #read(input: Buffer): ProgressItem[] {
    const items: ProgressItem[] = []
    let plain = 0
    let position = input.indexOf(SEPARATOR)
    while (position !== -1) {
      const seen = input.subarray(position, position + this.#prefix.length)
      if (!this.#prefix.subarray(0, seen.length).equals(seen)) {
        position = input.indexOf(SEPARATOR, position + 1)
        continue
      }
      const end = input.indexOf('\n', position)
      if (end === -1) {
        if (input.length - position <= MAX_FRAME) break
        position = input.indexOf(SEPARATOR, position + 1)
        continue
      }
      if (position > plain) items.push({ kind: 'log', bytes: input.subarray(plain, position) })
      const event = readEvent(input.subarray(position + this.#prefix.length, end))
      if (event !== null) items.push({ kind: 'event', event })
      plain = end + 1
      position = input.indexOf(SEPARATOR, plain)
    }
    const held = position === -1 ? input.length : position
    if (held > plain) items.push({ kind: 'log', bytes: input.subarray(plain, held) })
    this.#consumed += held
    this.#pending = Buffer.from(input.subarray(held))
    return items
  }
}

/** @throws TypeError unless the nonce is 16 to 64 letters, digits, `_` or `-`. */
export function assertNonce(nonce: string): string {
  if (!NONCE.test(nonce)) throw new TypeError('The nonce must be 16 to 64 letters and digits.')
  return nonce
}

/** What is out of its form announces nothing; a number that is none, or too large, counts as 0. */
function readEvent(json: Buffer): ProgressEvent | null {
  let value: Record<string, unknown> | null
  try {
    value = JSON.parse(json.toString('utf8')) as Record<string, unknown> | null
  } catch {
    return null
  }
  if (value === null) return null
  const number = (name: string, most: number) => {
    const given = value[name]
    return Number.isInteger(given) && Number(given) >= 0 && Number(given) <= most
      ? Number(given)
      : 0
  }
  const { event } = value
  const named = value[event === 'result' ? 'name' : event === 'outcome' ? 'value' : 'step']
  if (typeof named !== 'string' || !NAME.test(named)) return null
  const time = number('time', MAX_TIME)
  const rc = number('rc', 255)
  switch (event) {
    case 'begin':
      return { event, step: named, time }
    case 'end':
      return { event, step: named, time, ...(value.warning ? { warning: true } : {}) }
    case 'fail':
      return { event, step: named, command: number('command', MAX_COMMAND), rc, time }
    case 'undo':
      return { event, step: named, rc, time }
    case 'result': {
      const text = String(value.value ?? '').slice(0, MAX_VALUE)
      return { event, name: named, value: text.toWellFormed(), time }
    }
    case 'outcome':
      return { event, value: named, rc, time }
    default:
      return null
  }
}
