import { setTimeout as sleep } from 'node:timers/promises'
import { runEvents } from '#app/runs/run_events'

/** How a waiter paces who waits, in milliseconds. */
export interface Pace {
  /** How long nothing may happen before the rows are looked at all the same. */
  pollMs: number
  /** What changes without pause is looked at so often at most, ... */
  apartMs: number
  /** ... but for the first looks of a while: whoever waits for something short hears of it at once. */
  aheadMs: number
}

const PACE: Pace = { pollMs: 1_000, apartMs: 50, aheadMs: 1_000 }

/**
 * Waits for a run, a deployment or a bulk run to change, or without an id for any of them. A change
 * that comes while the last one is still being sent is kept.
 */
export class ChangeWaiter {
  #changed = false
  #wake: (() => void) | null = null
  readonly #unsubscribe: () => void
  readonly #signal: AbortSignal
  readonly #pace: Pace
  #due = 0

  constructor(id: string | null, signal: AbortSignal, pace: Partial<Pace> = {}) {
    const note = () => this.#note()
    this.#signal = signal
    this.#pace = { ...PACE, ...pace }
    this.#unsubscribe = id === null ? runEvents.onAnyChange(note) : runEvents.onChange(id, note)
    signal.addEventListener('abort', note, { once: true })
  }

  async wait() {
    if (!this.#changed && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#pace.pollMs)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#wake = null
    }
    await this.#rest()
    this.#changed = false
  }

  /** Keeps what changes all the time from being all that is done here. */
  async #rest() {
    const now = performance.now()
    this.#due = Math.max(this.#due, now - this.#pace.aheadMs) + this.#pace.apartMs
    if (this.#due > now && !this.#signal.aborted) {
      await sleep(this.#due - now, undefined, { signal: this.#signal }).catch(() => {})
    }
  }

  close() {
    this.#unsubscribe()
  }

  #note() {
    this.#changed = true
    this.#wake?.()
  }
}
