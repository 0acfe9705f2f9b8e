import { column } from '@adonisjs/lucid/orm'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Secret } from '#engine/shell/secret'
import { appUrl } from '#config/app'
import { secret } from '#app/core/database/columns'
import { UlidModel } from '#app/core/database/ulid_model'

/** How the connection to the SMTP server is protected. */
export const smtpSecurities = ['starttls', 'tls', 'none'] as const
export type SmtpSecurity = (typeof smtpSecurities)[number]

/**
 * What administrators set for the whole panel: the one row of its table.
 */
export default class PanelSettings extends UlidModel {
  static table = 'panel_settings'

  /** Where people open the panel, when it is not what APP_URL says. */
  @column()
  declare baseUrl: string | null

  /** Whether people may make an account by themselves. */
  @column({ consume: Boolean })
  declare signUp: boolean

  @column()
  declare smtpHost: string | null

  @column()
  declare smtpPort: number | null

  @column()
  declare smtpSecurity: SmtpSecurity | null

  @column()
  declare smtpUsername: string | null

  @secret({ purpose: 'smtp password' })
  declare smtpPassword: Secret | null

  @column()
  declare mailFrom: string | null

  /** Addresses outside the public internet that the panel may talk to, one a line. */
  @column()
  declare egressAllowed: string | null

  @column()
  declare runRetentionDays: number

  @column()
  declare activityRetentionDays: number

  /** Where links in messages lead, without a slash at the end. Never taken from a request. */
  get url() {
    return this.baseUrl ?? appUrl
  }

  get sendsMail() {
    return this.smtpHost !== null && this.mailFrom !== null
  }
}

/**
 * The settings as they are now.
 */
export function panelSettings(client?: TransactionClientContract): Promise<PanelSettings> {
  return PanelSettings.query({ client }).where('id', 'panel').firstOrFail()
}
