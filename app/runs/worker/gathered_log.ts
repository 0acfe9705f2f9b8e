const SMALLEST = 4 * 1024

/**
 * Output on its way into the database. Two buffers take turns, so that a flood of it leaves no
 * litter: while one is written the other fills.
 */
export class GatheredLog {
  #filling: Buffer = Buffer.alloc(0)
  #resting: Buffer = Buffer.alloc(0)
  #length = 0

  get length(): number {
    return this.#length
  }

  push(bytes: Buffer): void {
    const length = this.#length + bytes.length
    if (length > this.#filling.length) {
      const size = Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(length)))
      const larger = Buffer.allocUnsafeSlow(size)
      this.#filling.copy(larger, 0, 0, this.#length)
      this.#filling = larger
    }
    bytes.copy(this.#filling, this.#length)
    this.#length = length
  }

  /** Takes what was gathered. It has to be written before this is called again. */
  take(): Buffer {
    const taken = this.#filling.subarray(0, this.#length)
    this.#length = 0
    ;[this.#filling, this.#resting] = [this.#resting, this.#filling]
    return taken
  }
}
