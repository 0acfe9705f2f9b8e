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
 * One environment variable of a project. Every value is stored encrypted; that of a secret one is
 * write-only: no page, no export and no answer shows it again.
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

  @column({ consume: Boolean })
  declare isSecret: boolean

  /** What builds and processes get; logs hide it when it is secret. */
  get given(): string | Secret {
    return this.isSecret ? this.value : this.value.reveal()
  }

  /** What may be shown of it; null for a secret. */
  get shownValue(): string | null {
    return this.isSecret ? null : this.value.reveal()
  }
}
