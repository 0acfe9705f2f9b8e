import type { DateTime } from 'luxon'
import { BaseModel, column } from '@adonisjs/lucid/orm'
import { json, moment } from '#app/core/database/columns'
import type { ProcessGauges } from '#app/diagnosis/process_gauges'

/**
 * The sign of life of one process of the panel.
 */
export default class Heartbeat extends BaseModel {
  static table = 'heartbeats'
  static selfAssignPrimaryKey = true

  @column({ isPrimary: true })
  declare id: string

  @column()
  declare host: string

  @column()
  declare pid: number

  /** What it carries, with commas: any of web, worker, scheduler. */
  @column()
  declare roles: string

  @json()
  declare gauges: ProcessGauges

  @moment()
  declare startedAt: DateTime

  @moment()
  declare beatAt: DateTime

  carries(role: 'web' | 'worker' | 'scheduler') {
    return this.roles.split(',').includes(role)
  }
}
