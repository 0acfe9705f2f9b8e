/** The first bytes of a stream. */
export class Head {
  readonly #maximum: number
  readonly #chunks: Buffer[] = []
  #length = 0
  #truncated = false

  /** @param maximum bytes that are kept */
  constructor(maximum: number) {
    this.#maximum = maximum
  }

  get truncated(): boolean {
    return this.#truncated
  }

  get output(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  push(chunk: Buffer): void {
    const room = this.#maximum - this.#length
    if (chunk.length > room) this.#truncated = true
    if (room === 0 || chunk.length === 0) return
    // Copied, so that a few bytes do not keep a large chunk in memory.
    const kept = Buffer.from(chunk.subarray(0, room))
    this.#chunks.push(kept)
    this.#length += kept.length
  }
}
