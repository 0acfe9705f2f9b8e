import type { DateTime } from 'luxon'
import { column } from '@adonisjs/lucid/orm'
import { moment } from '#app/core/database/columns'
import { TenantModel } from '#app/core/database/tenant_model'

/**
 * Leave to open one socket, once and soon: for this person, in this browser, for this server.
 */
export default class TerminalTicket extends TenantModel {
  static table = 'terminal_tickets'

  @column()
  declare serverId: string

  @column()
  declare userId: string

  @column()
  declare signInId: string

  /** The terminal to come back to; null for a new one. */
  @column()
  declare terminalId: string | null

  @column()
  declare ticketHash: string

  @moment()
  declare expiresAt: DateTime
}
