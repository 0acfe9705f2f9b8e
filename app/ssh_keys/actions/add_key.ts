import type { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import { Secret } from '#engine/shell/secret'
import { importKeyPair } from '#engine/ssh/import_key'
import { generateKeyPair, generateRsaKeyPair, type KeyPair } from '#engine/ssh/key_pair'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import { keptKey, orRefuse } from '#app/ssh_keys/key_lines'
import SshKey from '#app/ssh_keys/models/ssh_key'
import type { Scope } from '#app/teams/scope'

interface NewKey {
  name: string
  expiresAt: DateTime | null
}

/** What the public part of a pair is called on servers. */
export const PAIR_COMMENT = 'muster'

/**
 * Adds a key pair to a team.
 */
export default class AddKey {
  /** Makes a new pair. Its private part never leaves the panel. */
  async generate(scope: Scope, input: NewKey & { type: 'ed25519' | 'rsa' }): Promise<SshKey> {
    const pair =
      input.type === 'rsa' ? await generateRsaKeyPair(PAIR_COMMENT) : generateKeyPair(PAIR_COMMENT)
    return this.#store(scope, pair, input, 'generated')
  }

  /**
   * Takes a pair that is there, and keeps it without its passphrase.
   *
   * @throws a refusal for `privateKey` or `passphrase`
   */
  async import(
    scope: Scope,
    input: NewKey & { privateKey: string; passphrase: string | null }
  ): Promise<SshKey> {
    const passphrase = input.passphrase === null ? null : new Secret(input.passphrase)
    const pair = await orRefuse({ key: 'privateKey', passphrase: 'passphrase' }, () =>
      importKeyPair(new Secret(input.privateKey), passphrase, PAIR_COMMENT)
    )
    return this.#store(scope, pair, input, 'imported')
  }

  async #store(scope: Scope, pair: KeyPair, input: NewKey, origin: SshKey['origin']) {
    const creating = db.transaction(async (trx) => {
      const values = {
        ...keptKey(pair.publicKey),
        teamId: scope.teamId,
        name: input.name,
        privateKey: pair.privateKey,
        origin,
        createdBy: scope.userId,
        expiresAt: input.expiresAt,
        warned: 0,
      }
      const key = await SshKey.create(values, { client: trx })
      const details = { type: key.type, fingerprint: key.fingerprint }
      const action = origin === 'imported' ? 'ssh_key.imported' : 'ssh_key.generated'
      await recordActivity(scope.origin, { action, subject: key.asSubject, details }, trx)
      return key
    })
    return creating.catch((error) => {
      if (!isUniqueViolation(error)) throw error
      refuse('privateKey', 'The team has this key already.')
    })
  }
}
