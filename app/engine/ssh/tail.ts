/** The last bytes of a stream. */
export class Tail {
  readonly #maximum: number

  /** All of it, as long as it is no more than the maximum; copied, as chunks are their giver's. */
  #chunks: Buffer[] = []

  /** Its end, once it is more: a flood of output leaves no litter here. */
  #end: Buffer | null = null
  #length = 0

  /** @param maximum bytes that are kept */
  constructor(maximum: number) {
    this.#maximum = maximum
  }

  push(chunk: Buffer): void {
    if (this.#end) return this.#shift(this.#end, chunk)
    this.#chunks.push(Buffer.from(chunk))
    this.#length += chunk.length
    if (this.#length <= this.#maximum) return
    const end = Buffer.allocUnsafeSlow(this.#maximum)
    Buffer.concat(this.#chunks).copy(end, 0, this.#length - this.#maximum)
    this.#chunks = []
    this.#end = end
  }

  /** The kept bytes as text; a character cut in two at the start is left out. */
  toString(): string {
    if (!this.#end) return Buffer.concat(this.#chunks).toString()
    let start = 0
    while (start < 4 && (this.#end[start] & 0xc0) === 0x80) start++
    return this.#end.toString('utf8', start)
  }

  #shift(end: Buffer, chunk: Buffer): void {
    const last = chunk.subarray(-this.#maximum)
    end.copyWithin(0, last.length)
    last.copy(end, this.#maximum - last.length)
  }
}
