/** The last bytes of a stream. */
export class Tail {
  readonly #maximum: number
  #chunks: Buffer[] = []
  #length = 0
  #cut = false

  /** @param maximum bytes that are kept */
  constructor(maximum: number) {
    this.#maximum = maximum
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    if (this.#length > this.#maximum * 2) this.#trim()
  }

  /** The kept bytes as text; a character cut in two at the start is left out. */
  toString(): string {
    this.#trim()
    const text = Buffer.concat(this.#chunks)
    let start = 0
    while (this.#cut && start < 4 && (text[start] & 0xc0) === 0x80) start++
    return text.toString('utf8', start)
  }

  #trim(): void {
    if (this.#length <= this.#maximum) return
    const text = Buffer.concat(this.#chunks)
    this.#chunks = [Buffer.from(text.subarray(text.length - this.#maximum))]
    this.#length = this.#maximum
    this.#cut = true
  }
}
