import { AnsiParser, type AnsiLine } from './ansi.js'

/**
 * The lines of a log as they arrive, each with the byte position where it begins. Positions count
 * bytes of UTF-8, as the server stores the log.
 */
export class LogBuffer {
  #parser = new AnsiParser()
  #lines: AnsiLine[] = []
  #starts: number[] = []
  #start: number
  #offset: number
  #before: number

  /**
   * @param offset the byte of the log where the first line begins
   * @param before how many lines of the log come before it
   */
  constructor(offset = 0, before = 0) {
    this.#start = offset
    this.#offset = offset
    this.#before = before
  }

  /** How many lines of the log come before the first one here. */
  get before() {
    return this.#before
  }

  /** The byte position of the first line. */
  get start() {
    return this.#start
  }

  /** The byte position behind the last byte taken. */
  get end() {
    return this.#offset
  }

  /** How many lines there are, the unfinished last one included once it has begun. */
  get length() {
    return this.#lines.length + (this.#hasPending() ? 1 : 0)
  }

  /**
   * @param end the byte behind the text, where that is known: bytes that are no text are shown by
   * characters that take more room
   */
  append(text: string, end?: number) {
    for (const line of this.#parser.push(text)) {
      this.#lines.push(line)
    }
    let from = 0
    let newline = text.indexOf('\n')
    while (newline !== -1) {
      if (this.#starts.length === 0) {
        this.#starts.push(this.#start)
      }
      this.#offset += utf8Length(text, from, newline) + 1
      this.#starts.push(this.#offset)
      from = newline + 1
      newline = text.indexOf('\n', from)
    }
    this.#offset += utf8Length(text, from, text.length)
    if (end !== undefined && end !== this.#offset) {
      this.#correct(end, from > 0)
    }
  }

  /** The count of bytes was wrong by some; the line that has begun last is moved with it. */
  #correct(end: number, startedLine: boolean) {
    if (startedLine) {
      this.#starts[this.#starts.length - 1] += end - this.#offset
    }
    this.#offset = end
  }

  /**
   * Forgets the first lines, so that about the last `bytes` bytes stay.
   *
   * @returns how many lines went
   */
  keepLast(bytes: number): number {
    const count = Math.min(this.indexOfOffset(this.#offset - bytes), this.#lines.length)
    if (count <= 0) return 0
    this.#lines = this.#lines.slice(count)
    this.#starts = this.#starts.slice(count)
    this.#start = this.#starts[0]
    this.#before += count
    return count
  }

  /** The line at `index`, counted from 0. */
  line(index: number): AnsiLine {
    return index < this.#lines.length ? this.#lines[index] : this.#parser.pending
  }

  /** The index of the line that holds the byte at `offset`. */
  indexOfOffset(offset: number): number {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#starts[middle] <= offset) {
        low = middle
      } else {
        high = middle - 1
      }
    }
    return Math.max(0, Math.min(low, this.length - 1))
  }

  /** Indexes of the lines whose text holds `query`, letter case aside. */
  search(query: string): number[] {
    const needle = query.toLowerCase()
    const found: number[] = []
    if (needle === '') {
      return found
    }
    for (let index = 0; index < this.length; index++) {
      if (this.line(index).text.toLowerCase().includes(needle)) {
        found.push(index)
      }
    }
    return found
  }

  #hasPending() {
    return this.#offset > (this.#starts.at(-1) ?? this.#start)
  }
}

/** How many bytes `text[from..to)` takes in UTF-8. */
function utf8Length(text: string, from: number, to: number): number {
  let length = to - from
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index)
    if (code >= 0x80) {
      // A surrogate pair is 4 bytes: 2 for each of its halves.
      length += code >= 0x800 && (code < 0xd800 || code > 0xdfff) ? 2 : 1
    }
  }
  return length
}
