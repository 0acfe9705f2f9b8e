import type { DateTime } from 'luxon'
import { column } from '@adonisjs/lucid/orm'
import { moment } from '#app/core/database/columns'
import { TenantModel } from '#app/core/database/tenant_model'
import type { EndReason } from '#app/terminals/endings'

/**
 * A shell on a server that someone has, or had, in a browser. Nothing of what was typed or shown
 * is kept.
 */
export default class Terminal extends TenantModel {
  static table = 'terminals'

  @column()
  declare serverId: string | null

  @column()
  declare serverName: string

  @column()
  declare userId: string | null

  @column()
  declare userName: string

  /** Only the same browser comes back to it. */
  @column()
  declare signInId: string

  @column()
  declare processId: string

  @moment()
  declare leasedUntil: DateTime

  @moment()
  declare endedAt: DateTime | null

  @column()
  declare reason: EndReason | null
}
