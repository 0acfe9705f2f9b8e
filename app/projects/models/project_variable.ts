import { column } from '@adonisjs/lucid/orm'
import type { Secret } from '#engine/shell/secret'
import { secret } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import Project from '#app/projects/models/project'

/**
 * One environment variable of a project. Values are write-only: they are stored encrypted and no
 * page shows them again.
 */
export default class ProjectVariable extends TenantModel {
  static table = 'project_variables'

  static restrict(query: RestrictedQuery, restriction: Restriction) {
    query.whereIn('project_variables.project_id', Project.idsWithin(restriction))
  }

  @column()
  declare projectId: string

  @column()
  declare key: string

  @secret({ purpose: 'project variable' })
  declare value: Secret
}
