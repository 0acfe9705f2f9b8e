import { DateTime } from 'luxon'
import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import { moment } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import { deploymentStateLooks, type DeploymentState } from '#app/deployments/states'
import Release from '#app/deployments/models/release'
import Project from '#app/projects/models/project'
import Run from '#app/runs/models/run'
import User from '#app/users/models/user'

export type DeploymentKind = 'deploy' | 'rollback'

/**
 * The act of making a release live; a rollback is a deployment of an old release.
 */
export default class Deployment extends TenantModel {
  static table = 'deployments'

  static restrict(query: RestrictedQuery, restriction: Restriction) {
    query.whereIn('deployments.project_id', Project.idsWithin(restriction))
  }

  @column()
  declare projectId: string

  @column()
  declare releaseId: string

  @column()
  declare runId: string

  @column()
  declare createdBy: string | null

  @column()
  declare kind: DeploymentKind

  @column()
  declare state: DeploymentState

  /** The project's id while the deployment is active; a unique index allows one of them. */
  @column()
  declare activeProjectId: string | null

  /**
   * What became of its commands before the switch: null when it had none, `unknown` when nobody heard
   * of their end. Nothing takes them back.
   */
  @column()
  declare migrations: 'ran' | 'failed' | 'unknown' | null

  @moment()
  declare finishedAt: DateTime | null

  @belongsTo(() => Project)
  declare project: BelongsTo<typeof Project>

  @belongsTo(() => Release)
  declare release: BelongsTo<typeof Release>

  @belongsTo(() => Run)
  declare run: BelongsTo<typeof Run>

  @belongsTo(() => User, { foreignKey: 'createdBy' })
  declare creator: BelongsTo<typeof User>

  /** What became of the commands before the switch, in words. */
  get migrationsLabel() {
    const labels = { ran: 'Ran', failed: 'Failed half-way', unknown: 'End unknown' }
    return this.migrations && labels[this.migrations]
  }

  get isOpen() {
    return this.state === 'active'
  }

  get label() {
    return deploymentStateLooks[this.state].label
  }

  get tone() {
    return deploymentStateLooks[this.state].tone
  }
}
