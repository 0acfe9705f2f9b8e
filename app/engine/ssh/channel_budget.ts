/** sshd frees a session only some time after its channel has closed: 4 stays clear of MaxSessions 10. */
const CHANNELS = 4

/** A connection on which so many channels in a row were refused is not used any more. */
const REFUSALS = 5

/** How many commands a connection may carry at once, and how many it does. */
export class ChannelBudget {
  /** Less when the server has refused a channel. */
  #capacity = CHANNELS
  #refusals = 0
  #taken = 0

  get taken(): number {
    return this.#taken
  }

  get free(): boolean {
    return this.#taken < this.#capacity
  }

  /** Whether the server refuses channels again and again. */
  get exhausted(): boolean {
    return this.#refusals >= REFUSALS
  }

  take(): void {
    this.#taken++
  }

  give(): void {
    this.#taken--
  }

  opened(): void {
    this.#refusals = 0
  }

  refused(): void {
    this.#refusals++
    this.#capacity = Math.max(1, this.#taken - 1)
  }
}
