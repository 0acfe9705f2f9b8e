import type { Scope } from '#app/teams/scope'

/** How old what is known of someone's rights may be, in milliseconds. */
const RECHECK_MS = 5_000

/**
 * The rights behind an answer that goes on for long, such as a stream: looked at anew every few
 * seconds, so that it ends soon after they do.
 */
export class ScopeWatch {
  #scope: Scope | null
  #checkedAt = Date.now()
  readonly #find: () => Promise<Scope | null>

  /** @param request `scope` and `scopeNow` of its context */
  constructor({ scope, scopeNow }: { scope: Scope; scopeNow: () => Promise<Scope | null> }) {
    this.#scope = scope
    this.#find = scopeNow
  }

  /** Whether it is time to ask for the scope again. */
  get isDue(): boolean {
    return Date.now() - this.#checkedAt >= RECHECK_MS
  }

  /** The scope as it is, at most 5 seconds old; null once the request would not be let in. */
  async current(): Promise<Scope | null> {
    if (this.#scope && this.isDue) {
      this.#scope = await this.#find()
      // After the answer: one that took long must not be due again at once, for ever.
      this.#checkedAt = Date.now()
    }
    return this.#scope
  }
}
