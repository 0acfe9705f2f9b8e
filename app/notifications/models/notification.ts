import type { DateTime } from 'luxon'
import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import { json, moment } from '#app/core/database/columns'
import { TenantModel } from '#app/core/database/tenant_model'
import type { Ability } from '#app/teams/roles'
import User from '#app/users/models/user'

/** `failed` when it was given up: not taken for a day. */
export type NotificationState = 'waiting' | 'sent' | 'failed'

/**
 * A message to one person about one thing. It is written together with what it tells of, so that
 * neither is there without the other, and mailed afterwards until the mail server takes it.
 */
export default class Notification extends TenantModel {
  static table = 'notifications'

  @column()
  declare userId: string

  /** What it is about. */
  @column()
  declare subjectType: string

  @column()
  declare subjectId: string

  /** What happened to that: a word. A person is told once of each event. */
  @column()
  declare event: string

  /** What the person has to be allowed to do, then as when it is sent. */
  @column()
  declare ability: Ability

  @column()
  declare title: string

  @json()
  declare paragraphs: string[]

  @column()
  declare linkLabel: string

  /** Where it leads on the panel, from its first slash. */
  @column()
  declare linkPath: string

  @column()
  declare state: NotificationState

  @column()
  declare attempts: number

  /** When it is tried next; while it is tried, when another process may. */
  @moment()
  declare dueAt: DateTime

  /** Why the last attempt did not go through, for people. */
  @column()
  declare failure: string | null

  @belongsTo(() => User)
  declare user: BelongsTo<typeof User>
}
