import hash from '@adonisjs/core/services/hash'
import { column } from '@adonisjs/lucid/orm'
import { compose } from '@adonisjs/core/helpers'
import { withAuthFinder } from '@adonisjs/auth/mixins/lucid'
import type { DateTime } from 'luxon'
import type { Secret } from '#engine/shell/secret'
import { moment, secret } from '#app/core/database/columns'
import { UlidModel } from '#app/core/database/ulid_model'

/** How the panel's pages look to a person: light, dark, or as their system is set. */
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** Of which deployments a person is told by mail: all that fail, those that leave a site unwell, none. */
export const mailedDeployments = ['failed', 'critical', 'none'] as const
export type MailedDeployments = (typeof mailedDeployments)[number]

export default class User extends compose(UlidModel, withAuthFinder(hash)) {
  static table = 'users'

  @column()
  declare email: string

  @column()
  declare fullName: string

  @column({ serializeAs: null })
  declare password: string

  /** Administers the whole panel: its people and its settings. */
  @column({ consume: Boolean })
  declare administrator: boolean

  /** An IANA name, or null for that of the browser. */
  @column()
  declare timeZone: string | null

  @column()
  declare theme: Theme

  /** Of projects that the person may deploy. */
  @column()
  declare mailedDeployments: MailedDeployments

  @secret({ purpose: 'totp secret' })
  declare totpSecret: Secret | null

  /** Since when codes are asked for; null while the secret is only proposed. */
  @moment()
  declare totpConfirmedAt: DateTime | null

  /** The last time step whose code was accepted (RFC 6238, 5.2: a code counts once). */
  @column({ consume: (value) => (value === null ? null : Number(value)) })
  declare totpLastStep: number | null

  /** Since when the person may not sign in. */
  @moment()
  declare deactivatedAt: DateTime | null
}
