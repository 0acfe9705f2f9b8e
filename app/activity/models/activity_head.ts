import { BaseModel, column } from '@adonisjs/lucid/orm'
import type { Secret } from '#engine/shell/secret'
import { secret } from '#app/core/database/columns'

/**
 * How long the chain of activity is and how it ends: the one row of its table.
 */
export default class ActivityHead extends BaseModel {
  static table = 'activity_heads'
  static selfAssignPrimaryKey = true

  @column({ isPrimary: true })
  declare id: string

  @column({ consume: Number })
  declare count: number

  @column()
  declare hash: string

  /** How many of the oldest were removed by age, and the hash of the last of them. */
  @column({ consume: Number })
  declare prunedCount: number

  @column()
  declare prunedHash: string

  /** Proof that the four above were written with the key; null before the first row. */
  @column()
  declare seal: string | null

  @secret({ purpose: 'activity chain key' })
  declare chainKey: Secret | null
}
