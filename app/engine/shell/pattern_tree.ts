/**
 * Many byte patterns searched at once, a byte at a time (Aho and Corasick, "Efficient string
 * matching", 1975). A state is a small number; 0 is the state of having seen nothing.
 */
export class PatternTree {
  /** Length in bytes of the longest beginning of a pattern that ends at this state. */
  readonly depth: number[] = [0]
  /** Length in bytes of the longest whole pattern that ends at this state; 0 for none. */
  readonly matched: number[] = [0]
  readonly longest: number

  readonly #byte: number[] = [0]
  readonly #child: number[] = [0]
  readonly #sibling: number[] = [0]
  readonly #fallback: number[] = [0]
  readonly #first = new Int32Array(256)

  constructor(patterns: Iterable<Uint8Array>) {
    let longest = 0
    for (const pattern of patterns) {
      this.#add(pattern)
      longest = Math.max(longest, pattern.length)
    }
    this.longest = longest
    this.#connect()
  }

  /** The state after one more byte. */
  step(state: number, byte: number): number {
    while (state !== 0) {
      const next = this.#childOf(state, byte)
      if (next !== 0) return next
      state = this.#fallback[state]
    }
    return this.#first[byte]
  }

  /** Whether a pattern begins with this byte. */
  begins(byte: number): boolean {
    return this.#first[byte] !== 0
  }

  #add(pattern: Uint8Array): void {
    let state = 0
    for (const byte of pattern) {
      let next = state === 0 ? this.#first[byte] : this.#childOf(state, byte)
      if (next === 0) next = this.#grow(state, byte)
      state = next
    }
    this.matched[state] = pattern.length
  }

  #grow(state: number, byte: number): number {
    const next = this.depth.length
    this.depth.push(this.depth[state] + 1)
    this.matched.push(0)
    this.#byte.push(byte)
    this.#child.push(0)
    this.#fallback.push(0)
    this.#sibling.push(this.#child[state])
    this.#child[state] = next
    if (state === 0) this.#first[byte] = next
    return next
  }

  #childOf(state: number, byte: number): number {
    let child = this.#child[state]
    while (child !== 0 && this.#byte[child] !== byte) child = this.#sibling[child]
    return child
  }

  /** Breadth first, so that the shorter state a fallback names is complete already. */
  #connect(): void {
    const queue = [0]
    for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
      for (let child = this.#child[state]; child !== 0; child = this.#sibling[child]) {
        if (state !== 0) this.#fallback[child] = this.step(this.#fallback[state], this.#byte[child])
        this.matched[child] = Math.max(this.matched[child], this.matched[this.#fallback[child]])
        queue.push(child)
      }
    }
  }
}
