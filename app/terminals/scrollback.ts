/**
 * The last bytes of a terminal's output, each at its offset from the beginning.
 */
export class Scrollback {
  readonly #bytes: Buffer
  #end = 0

  /** @param capacity how many bytes are kept */
  constructor(capacity: number) {
    this.#bytes = Buffer.alloc(capacity)
  }

  /** The offset of the oldest byte that is kept. */
  get start(): number {
    return Math.max(0, this.#end - this.#bytes.length)
  }

  /** The offset of the next byte to come. */
  get end(): number {
    return this.#end
  }

  push(chunk: Buffer): void {
    const capacity = this.#bytes.length
    const kept = chunk.length > capacity ? chunk.subarray(-capacity) : chunk
    const at = (this.#end + chunk.length - kept.length) % capacity
    const first = kept.copy(this.#bytes, at)
    kept.copy(this.#bytes, 0, first)
    this.#end += chunk.length
  }

  /** A copy of the bytes from one offset up to another, which are kept still. */
  slice(from: number, to: number): Buffer {
    const capacity = this.#bytes.length
    const bytes = Buffer.allocUnsafe(to - from)
    const copied = this.#bytes.copy(bytes, 0, from % capacity, (from % capacity) + bytes.length)
    this.#bytes.copy(bytes, copied, 0, bytes.length - copied)
    return bytes
  }
}
