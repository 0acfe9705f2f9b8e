import { configProvider } from '@adonisjs/core'
import { Encryption, type EncryptionManager } from '@adonisjs/core/encryption'
import type { ApplicationService } from '@adonisjs/core/types'
import type { EncryptionConfig } from '@adonisjs/core/types/encryption'

/**
 * SECRETS_KEY and its former ones, each by itself: what the encryptor does not tell is which of its
 * keys opened a value.
 */
export class Keyring {
  readonly #current: Encryption
  readonly #former: Encryption[]

  /**
   * @param config the driver, and the keys: the current one first
   */
  constructor(config: EncryptionConfig) {
    const [current, ...former] = config.keys.map(
      (key) => new Encryption({ ...config, keys: [key] })
    )
    this.#current = current
    this.#former = former
  }

  /** The keys that the encryptor `secrets` is configured with. */
  static async of(app: ApplicationService): Promise<Keyring> {
    const configured = app.config.get('encryption')
    type Config = ConstructorParameters<typeof EncryptionManager>[0]
    const config = await configProvider.resolve<Config>(app, configured)
    return new Keyring(config!.list.secrets)
  }

  /** How many former keys there are. */
  get formerCount() {
    return this.#former.length
  }

  /**
   * Which key opens a stored value: 0 for the current one, 1 and up for the former ones, null when
   * none does.
   */
  keyOf(stored: string, purpose: string): number | null {
    const keys = [this.#current, ...this.#former]
    const index = keys.findIndex((key) => key.decrypt(stored, purpose) !== null)
    return index === -1 ? null : index
  }

  /**
   * Encrypts a stored value anew, with the current key.
   *
   * @throws when no key opens it
   */
  reseal(stored: string, purpose: string): string {
    for (const key of [this.#current, ...this.#former]) {
      const content = key.decrypt(stored, purpose)
      if (content !== null) return this.#current.encrypt(content, { purpose })
    }
    throw new Error(`No key opens this ${purpose}.`)
  }

  /** Encrypts with the oldest key there is. */
  sealWithOldest(content: object, purpose: string): string {
    return (this.#former.at(-1) ?? this.#current).encrypt(content, { purpose })
  }
}
