import { createHash } from 'node:crypto'
import type { DateTime } from 'luxon'
import { beforeCreate, belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import { json, moment } from '#app/core/database/columns'
import { UlidModel } from '#app/core/database/ulid_model'
import User from '#app/users/models/user'

/**
 * A WebAuthn credential of a person: what the panel needs to check its signatures.
 */
export default class Passkey extends UlidModel {
  static table = 'passkeys'

  @column()
  declare userId: string

  /** What its person calls it. */
  @column()
  declare name: string

  /** Finds the credential; the id itself is too long for a unique column. */
  @column({ serializeAs: null })
  declare credentialHash: string

  /** Up to 1,023 bytes, as base64url. */
  @column()
  declare credentialId: string

  /** A COSE key (RFC 9052, section 7), as base64url. */
  @column()
  declare publicKey: string

  /** How often the authenticator says it signed; stays 0 for passkeys that do not count. */
  @column({ consume: Number })
  declare counter: number

  /** How browsers reach it: `internal`, `usb`, `hybrid` and the like. */
  @json()
  declare transports: string[]

  /** Whether it is synchronised to other devices of the person. */
  @column({ consume: Boolean })
  declare backedUp: boolean

  @moment()
  declare lastUsedAt: DateTime | null

  @belongsTo(() => User)
  declare user: BelongsTo<typeof User>

  /** The hash by which a credential of this id is found. */
  static hashOf(credentialId: string): string {
    return createHash('sha256').update(credentialId).digest('hex')
  }

  @beforeCreate()
  static assignHash(passkey: Passkey) {
    passkey.credentialHash = Passkey.hashOf(passkey.credentialId)
  }
}
