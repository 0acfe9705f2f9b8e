import { column } from '@adonisjs/lucid/orm'
import type { Secret } from '#engine/shell/secret'
import { secret } from '#app/core/database/columns'
import { TenantModel } from '#app/core/database/tenant_model'

/**
 * One environment variable of a project. Values are write-only: they are stored encrypted and no
 * page shows them again.
 */
export default class ProjectVariable extends TenantModel {
  static table = 'project_variables'

  @column()
  declare projectId: string

  @column()
  declare key: string

  @secret({ purpose: 'project variable' })
  declare value: Secret
}
