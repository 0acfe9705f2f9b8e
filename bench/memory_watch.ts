const LOOK_MS = 100

/** Looks at the memory of something again and again, until `stop`. */
export class MemoryWatch {
  readonly #timer: NodeJS.Timeout
  #most = 0

  /** @param bytes how much it is now */
  constructor(bytes: () => number) {
    const look = () => (this.#most = Math.max(this.#most, bytes()))
    look()
    this.#timer = setInterval(look, LOOK_MS)
  }

  /** The most that was seen, in bytes. */
  stop(): number {
    clearInterval(this.#timer)
    return this.#most
  }
}
