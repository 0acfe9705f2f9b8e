/**
 * The heights of many rows, for a scrolling window over them: where a row begins and which row is
 * at a position, in logarithmic time (a Fenwick tree of differences from the usual height).
 */
export class HeightIndex {
  #usual: number
  #count = 0
  #differences = new Float64Array(1)
  #heights = new Map<number, number>()

  constructor(usual: number) {
    this.#usual = usual
  }

  get count() {
    return this.#count
  }

  get total() {
    return this.offsetOf(this.#count)
  }

  /** Says how many rows there are. Rows that are new have the usual height. */
  resize(count: number) {
    this.#count = count
    if (count < this.#differences.length) {
      return
    }
    this.#differences = new Float64Array(Math.max(count + 1, this.#differences.length * 2))
    for (const [row, height] of this.#heights) {
      this.#add(row, height - this.#usual)
    }
  }

  heightOf(row: number) {
    return this.#heights.get(row) ?? this.#usual
  }

  /** Sets the height of one row. Returns by how much it changed. */
  set(row: number, height: number): number {
    const change = height - this.heightOf(row)
    if (change !== 0) {
      this.#heights.set(row, height)
      this.#add(row, change)
    }
    return change
  }

  /** Where row `row` begins. */
  offsetOf(row: number): number {
    let sum = row * this.#usual
    for (let at = row; at > 0; at -= at & -at) {
      sum += this.#differences[at]
    }
    return sum
  }

  /** The row at `offset`, the last one when it lies behind all. */
  rowAt(offset: number): number {
    let low = 0
    let high = Math.max(0, this.#count - 1)
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.offsetOf(middle) <= offset) {
        low = middle
      } else {
        high = middle - 1
      }
    }
    return low
  }

  #add(row: number, change: number) {
    for (let at = row + 1; at < this.#differences.length; at += at & -at) {
      this.#differences[at] += change
    }
  }
}
