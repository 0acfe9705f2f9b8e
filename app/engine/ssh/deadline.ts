import { RemoteError } from '#engine/ssh/errors'

/** Ends a wait when its time is over or its caller gives up, and says why. */
export class Deadline implements Disposable {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout | undefined
  readonly #caller: AbortSignal | undefined
  readonly #aborted: () => void

  /** Whether the command was sent already; it may go on at the server then. */
  started = false

  /**
   * @param what what is waited for, for example `uptime on web-1`
   * @param timeout milliseconds
   */
  constructor(what: string, timeout?: number, caller?: AbortSignal) {
    this.#caller = caller
    this.#aborted = () =>
      this.#end('E_ABORTED', `${what}: stopped on request`, { cause: caller?.reason })
    if (caller?.aborted) this.#aborted()
    else caller?.addEventListener('abort', this.#aborted, { once: true })
    if (timeout !== undefined) {
      const late = `${what}: not finished within ${timeout / 1000} s`
      this.#timer = setTimeout(() => this.#end('E_TIMEOUT', late), timeout)
    }
  }

  /** Aborted with a RemoteError, E_TIMEOUT or E_ABORTED, as its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#caller?.removeEventListener('abort', this.#aborted)
  }

  #end(code: 'E_TIMEOUT' | 'E_ABORTED', message: string, options?: ErrorOptions): void {
    const state = this.started ? '.' : '; it was not started.'
    const hint = this.started
      ? 'The command may still be running on the server: look there before you run it again.'
      : 'Nothing was changed on the server. Try again when it answers.'
    this.#controller.abort(new RemoteError(code, message + state, hint, options))
  }
}
