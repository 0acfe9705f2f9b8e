import { RemoteError } from '#engine/ssh/errors'

const FAILURES = 3
const SHORTEST_PAUSE = 15_000
const LONGEST_PAUSE = 5 * 60_000
const AUTHENTICATION_PAUSE = 10 * 60_000

/**
 * Decides whether a server may be connected to.
 *
 * Three failures in a row to reach it open the breaker: for 15 s, then doubling to 5 min, one
 * connection is tried at the end of each pause. A refused credential is not tried again by itself
 * for 10 min, because servers lock out who insists (sshd_config(5), PerSourcePenalties). A host
 * key that does not match stays refused until a person has acted and the breaker is reset.
 */
export class CircuitBreaker {
  readonly #now: () => number
  readonly #random: () => number
  #failures = 0
  #openUntil = 0
  #cause: RemoteError | undefined

  /**
   * @param now milliseconds
   * @param random from 0 up to 1
   */
  constructor(now: () => number = Date.now, random: () => number = Math.random) {
    this.#now = now
    this.#random = random
  }

  get open(): boolean {
    return this.#now() < this.#openUntil
  }

  /** While it is open, the error for who wants to connect: the failure that opened it. */
  get refusal(): RemoteError | undefined {
    if (!this.open || !this.#cause) return undefined
    return refusalOf(this.#cause, this.#openUntil - this.#now())
  }

  succeeded(): void {
    this.reset()
  }

  failed(error: RemoteError): void {
    const pause = this.#pauseAfter(error)
    if (pause === 0) return
    this.#cause = error
    this.#openUntil = this.#now() + pause
  }

  /** Refuses by this error, without a connection, until it is reset. */
  hold(error: RemoteError): void {
    this.#cause = error
    this.#openUntil = Number.POSITIVE_INFINITY
  }

  /** A person acted: the next connection is tried at once. */
  reset(): void {
    this.#failures = 0
    this.#openUntil = 0
    this.#cause = undefined
  }

  #pauseAfter(error: RemoteError): number {
    if (error.code === 'E_HOST_KEY') return Number.POSITIVE_INFINITY
    if (error.code === 'E_AUTH') return AUTHENTICATION_PAUSE
    if (error.code !== 'E_CONNECT' && error.code !== 'E_TIMEOUT') return 0
    this.#failures++
    if (this.#failures < FAILURES) return 0
    const pause = SHORTEST_PAUSE * 2 ** Math.min(10, this.#failures - FAILURES)
    const jittered = pause * (0.8 + 0.4 * this.#random())
    return Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, jittered))
  }
}

function refusalOf(cause: RemoteError, milliseconds: number): RemoteError {
  if (!Number.isFinite(milliseconds) && cause.code !== 'E_HOST_KEY') return cause
  const when = Number.isFinite(milliseconds)
    ? `It is not tried again by itself for ${duration(milliseconds)}.`
    : 'It is not tried again until someone has confirmed the host key.'
  return new RemoteError(cause.code, `${cause.message} ${when}`, cause.hint, { cause })
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}
