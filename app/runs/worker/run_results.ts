/** How many results a run may have. */
const MOST_RESULTS = 50

/** How much they may be in all, as they are stored, in bytes. */
const MOST_BYTES = 32 * 1024

/**
 * The values that a run announces. A server that announces more than fits its row is not listened
 * to: what is there stays.
 */
export class RunResults {
  readonly values: Record<string, string>
  readonly #sizes = new Map<string, number>()
  #size = 0

  /** @param stored what a former worker has stored */
  constructor(stored: Record<string, string>) {
    this.values = { ...stored }
    for (const [name, value] of Object.entries(stored)) this.#count(name, sizeOf(name, value))
  }

  note(name: string, value: string) {
    const size = sizeOf(name, value)
    const isNew = !this.#sizes.has(name)
    if (isNew && this.#sizes.size >= MOST_RESULTS) return
    if (this.#size - (this.#sizes.get(name) ?? 0) + size > MOST_BYTES) return
    this.#count(name, size)
    this.values[name] = value
  }

  #count(name: string, size: number) {
    this.#size += size - (this.#sizes.get(name) ?? 0)
    this.#sizes.set(name, size)
  }
}

function sizeOf(name: string, value: string): number {
  return Buffer.byteLength(JSON.stringify({ [name]: value }))
}
