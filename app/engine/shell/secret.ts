import { inspect } from 'node:util'

export const REDACTED = '[redacted]'

/**
 * A value that must not be seen: a key, a password, a token.
 * Every way of printing it gives `[redacted]`; only `reveal()` gives the text.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    if (typeof value !== 'string') throw new TypeError('A secret is made of a string.')
    this.#value = value
  }

  /** The text itself. Call it where the value leaves for its destination and nowhere else. */
  reveal(): string {
    return this.#value
  }

  /**
   * A secret equals only itself: what compares objects by their content must take a new secret for
   * a change, although it cannot see the content.
   */
  valueOf(): this {
    return this
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [Symbol.toPrimitive](): string {
    return REDACTED
  }

  [inspect.custom](): string {
    return REDACTED
  }
}
