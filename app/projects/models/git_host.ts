import { column } from '@adonisjs/lucid/orm'
import type { HostKey } from '#engine/ssh/host_key'
import { json } from '#app/core/database/columns'
import { TenantModel } from '#app/core/database/tenant_model'

/**
 * A git host reached over ssh whose key someone of the team confirmed.
 */
export default class GitHost extends TenantModel {
  static table = 'git_hosts'

  @column()
  declare host: string

  @column()
  declare port: number

  @json()
  declare hostKeys: HostKey[]

  @column()
  declare confirmedBy: string | null
}
