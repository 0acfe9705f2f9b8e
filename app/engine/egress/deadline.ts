import { EgressError } from '#engine/egress/errors'

/** Ends a request, with its redirects, when its time is over or its caller gives up. */
export class EgressDeadline implements Disposable {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #caller: AbortSignal | undefined
  readonly #aborted = () => this.#controller.abort(this.#caller?.reason)

  /** Host and port that are waited for. */
  waitsFor = 'The host'

  /** @param timeout milliseconds */
  constructor(timeout: number, caller?: AbortSignal) {
    this.#timer = setTimeout(() => this.#controller.abort(this.#late(timeout)), timeout)
    this.#caller = caller
    if (caller?.aborted) this.#aborted()
    else caller?.addEventListener('abort', this.#aborted, { once: true })
  }

  /** Aborted with an EgressError E_EGRESS_TIMEOUT, or with the reason of the caller. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /**
   * What a promise gives, unless the end comes first.
   *
   * @throws the reason of `signal`
   */
  async race<T>(promise: Promise<T>): Promise<T> {
    const { promise: ended, reject } = Promise.withResolvers<never>()
    const end = () => reject(this.signal.reason)
    if (this.signal.aborted) end()
    this.signal.addEventListener('abort', end, { once: true })
    try {
      return await Promise.race([ended, promise])
    } finally {
      this.signal.removeEventListener('abort', end)
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#caller?.removeEventListener('abort', this.#aborted)
  }

  #late(timeout: number): EgressError {
    return new EgressError(
      'E_EGRESS_TIMEOUT',
      `${this.waitsFor} did not answer in full within ${timeout / 1000} s.`,
      'Check that the host is up and that no firewall drops the connection, then try again.'
    )
  }
}
