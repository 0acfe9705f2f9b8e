/** A key that Muster does not take. The message says why and what to do, without the key. */
export class UnusableKey extends TypeError {
  override readonly name = 'UnusableKey'
  /** Whether another passphrase would help. */
  readonly concerns: 'key' | 'passphrase'

  constructor(message: string, concerns: 'key' | 'passphrase' = 'key') {
    super(message)
    this.concerns = concerns
  }
}
