import { column } from '@adonisjs/lucid/orm'
import { TenantModel } from '#app/core/database/tenant_model'

/**
 * One server (with all that runs on it) or one project that a restricted member may see.
 */
export default class Grant extends TenantModel {
  static table = 'grants'

  @column()
  declare membershipId: string

  @column()
  declare serverId: string | null

  @column()
  declare projectId: string | null
}
