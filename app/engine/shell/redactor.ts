import { PatternTree } from '#engine/shell/pattern_tree'
import { formsOf } from '#engine/shell/secret_forms'
import { REDACTED, type Secret } from '#engine/shell/secret'

const REPLACEMENT = Buffer.from(REDACTED)
const LINE_FEED = 10
const CARRIAGE_RETURN = 13

/** `\r\n` once: more than that between two characters is not wrapped base64. */
const MAXIMUM_WRAP = 2

/**
 * Replaces secrets in a stream of output by `[redacted]`.
 *
 * It finds each secret of at least 4 bytes, each line of at least 8 bytes of a secret with several
 * lines, and the encoded forms of both (`#engine/shell/secret_forms`), however the stream is cut
 * into chunks. What could be the beginning of a secret is held back until the next chunk decides.
 * The result does not depend on where the chunks were cut.
 */
export class Redactor {
  /** Nothing has to be looked for: most runs know no secret, and some have much to say. */
  readonly #passes: boolean
  readonly #plain: Scanner
  readonly #wrapped: Scanner
  /** For each byte, whether a form begins with it: most output is passed over by looking here. */
  readonly #begins: Uint8Array
  #held: Buffer = Buffer.alloc(0)
  #consumed = 0
  #spans: Span[] = []

  constructor(secrets: readonly Secret[]) {
    const forms = secrets.map((secret) => formsOf(secret.reveal()))
    this.#passes = forms.length === 0
    const plain = treeOf(forms.flatMap((form) => form.plain))
    const wrapped = treeOf(forms.flatMap((form) => form.wrapped))
    this.#plain = new Scanner(plain, 0)
    this.#wrapped = new Scanner(wrapped, MAXIMUM_WRAP)
    this.#begins = Uint8Array.from({ length: 256 }, (_, byte) =>
      Number(plain.begins(byte) || wrapped.begins(byte))
    )
  }

  /**
   * Raw input bytes whose output has been given. A follower that stores it may start again with a
   * new redactor at this offset: no secret lies across it.
   */
  get consumed(): number {
    return this.#consumed
  }

  /**
   * Takes raw output and gives what is final of it and of what was held back. What it gives may lie
   * in the chunk.
   */
  push(chunk: Buffer): Buffer {
    if (this.#passes) {
      this.#consumed += chunk.length
      return chunk
    }
    const start = this.#consumed + this.#held.length
    const begins = this.#begins
    let idle = this.#plain.idle && this.#wrapped.idle
    for (let position = start; position < start + chunk.length; position++) {
      const byte = chunk[position - start]
      if (idle && begins[byte] === 0) continue
      this.#note(this.#plain.step(byte, position))
      this.#note(this.#wrapped.step(byte, position))
      idle = this.#plain.idle && this.#wrapped.idle
    }
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    const end = start + chunk.length
    let boundary = Math.min(this.#plain.pending(end), this.#wrapped.pending(end))
    const last = this.#spans.at(-1)
    if (last && last.end > boundary) boundary = Math.min(boundary, last.start)
    const output = this.#emit(boundary)
    // Copied: the chunk is its giver's, and a few bytes do not keep it in memory.
    this.#held = Buffer.from(this.#held)
    return output
  }

  /** Ends the stream: gives the bytes that were held back. */
  flush(): Buffer {
    const output = this.#emit(this.#consumed + this.#held.length)
    this.#plain.reset()
    this.#wrapped.reset()
    return output
  }

  #note(span: Span | undefined): void {
    if (!span) return
    for (let last = this.#spans.at(-1); last && last.end > span.start; last = this.#spans.at(-1)) {
      span = { start: Math.min(span.start, last.start), end: Math.max(span.end, last.end) }
      this.#spans.pop()
    }
    this.#spans.push(span)
  }

  #emit(boundary: number): Buffer {
    const parts: Buffer[] = []
    let position = this.#consumed
    while (this.#spans.length > 0 && this.#spans[0].end <= boundary) {
      const span = this.#spans.shift()!
      parts.push(this.#slice(position, span.start), REPLACEMENT)
      position = span.end
    }
    parts.push(this.#slice(position, boundary))
    this.#held = this.#held.subarray(boundary - this.#consumed)
    this.#consumed = boundary
    return parts.length === 1 ? parts[0] : Buffer.concat(parts)
  }

  #slice(start: number, end: number): Buffer {
    return this.#held.subarray(start - this.#consumed, end - this.#consumed)
  }
}

const EMPTY = new PatternTree([])

function treeOf(patterns: readonly Uint8Array[]): PatternTree {
  return patterns.length === 0 ? EMPTY : new PatternTree(patterns)
}

/** A stretch of the raw input, from its first byte to the one after its last. */
interface Span {
  start: number
  end: number
}

/** Searches one set of patterns and knows where in the input each of the last bytes stood. */
class Scanner {
  readonly #tree: PatternTree
  readonly #maximumWrap: number
  readonly #positions: Float64Array
  #count = 0
  #state = 0
  #wrap = 0

  constructor(tree: PatternTree, maximumWrap: number) {
    this.#tree = tree
    this.#maximumWrap = maximumWrap
    this.#positions = new Float64Array(Math.max(1, tree.longest))
  }

  /** Whether no pattern is under way: a byte that begins none changes nothing then. */
  get idle(): boolean {
    return this.#state === 0
  }

  /** Takes the byte at this position; gives the longest pattern that ends with it. */
  step(byte: number, position: number): Span | undefined {
    if (this.#maximumWrap > 0 && (byte === LINE_FEED || byte === CARRIAGE_RETURN)) {
      if (++this.#wrap > this.#maximumWrap) this.#state = 0
      return undefined
    }
    this.#wrap = 0
    this.#state = this.#tree.step(this.#state, byte)
    if (this.#state === 0) return undefined
    this.#positions[this.#count++ % this.#positions.length] = position
    const length = this.#tree.matched[this.#state]
    return length > 0 ? { start: this.#startOf(length), end: position + 1 } : undefined
  }

  /** Where the pattern begins that may be under way at the end of the input. */
  pending(end: number): number {
    return this.#state === 0 ? end : this.#startOf(this.#tree.depth[this.#state])
  }

  reset(): void {
    this.#state = 0
  }

  #startOf(length: number): number {
    return this.#positions[(this.#count - length) % this.#positions.length]
  }
}
