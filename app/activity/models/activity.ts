import { beforeDelete, beforeSave, column } from '@adonisjs/lucid/orm'
import { json } from '#app/core/database/columns'
import { TenantModel } from '#app/core/database/tenant_model'
import type { Actor } from '#app/activity/origin'

/**
 * One act on record: who did what to what, from where, and which runs came of it. Rows are only
 * ever added, by `recordActivity`; each holds the hash of the one before.
 */
export default class Activity extends TenantModel {
  static table = 'activities'

  /** Its place in the chain, from 1. */
  @column({ consume: Number })
  declare sequence: number

  @column()
  declare actorKind: Actor['kind']

  @column()
  declare actorId: string | null

  @column()
  declare actorName: string | null

  /** Noun and verb in the past, such as `server.added`. */
  @column()
  declare action: string

  @column()
  declare subjectType: string | null

  @column()
  declare subjectId: string | null

  @column()
  declare subjectName: string | null

  @json()
  declare details: Record<string, unknown>

  @json()
  declare runIds: string[]

  @column()
  declare address: string | null

  @column()
  declare requestId: string | null

  @column()
  declare previousHash: string

  @column()
  declare hash: string

  @beforeSave()
  @beforeDelete()
  static refuse() {
    throw new Error('Activity is only added to, by recordActivity.')
  }
}
