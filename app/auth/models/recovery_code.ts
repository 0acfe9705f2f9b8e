import type { DateTime } from 'luxon'
import { column } from '@adonisjs/lucid/orm'
import { moment } from '#app/core/database/columns'
import { UlidModel } from '#app/core/database/ulid_model'

/**
 * One of the codes that get a person in without their second factor, each once. Only a hash is
 * kept.
 */
export default class RecoveryCode extends UlidModel {
  static table = 'recovery_codes'

  @column()
  declare userId: string

  @column({ serializeAs: null })
  declare codeHash: string

  @moment()
  declare usedAt: DateTime | null
}
