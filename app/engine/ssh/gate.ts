/** Lets a limited number in at a time and the others wait in line. */
export class Gate {
  readonly #limit: number
  readonly #line: (() => void)[] = []
  #inside = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get inside(): number {
    return this.#inside
  }

  get waiting(): number {
    return this.#line.length
  }

  /** Waits for a place; the caller gives it back by calling what it got, once. */
  async enter(): Promise<() => void> {
    if (this.#inside < this.#limit) this.#inside++
    else await new Promise<void>((resolve) => this.#line.push(resolve))
    let left = false
    return () => {
      if (left) return
      left = true
      const next = this.#line.shift()
      if (next) next()
      else this.#inside--
    }
  }
}
