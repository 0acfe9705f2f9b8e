import { DateTime } from 'luxon'
import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import { moment } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import type { CauseKind } from '#app/deployments/cause'
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

  /** None while it waits, and when it never began. */
  @column()
  declare runId: string | null

  @column()
  declare createdBy: string | null

  @column()
  declare title: string

  @column()
  declare cause: CauseKind

  /** The token it came by, or who pushed, in that one's own words. */
  @column()
  declare causedBy: string | null

  /** Why the person wanted it. */
  @column()
  declare reason: string | null

  @column()
  declare kind: DeploymentKind

  @column()
  declare state: DeploymentState

  /** The project's id while the deployment is active; a unique index allows one of them. */
  @column()
  declare activeProjectId: string | null

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

  get isActive() {
    return this.state === 'active'
  }

  get isWaiting() {
    return this.state === 'waiting'
  }

  get isOpen() {
    return this.isActive || this.isWaiting
  }

  get label() {
    return deploymentStateLooks[this.state].label
  }

  get tone() {
    return deploymentStateLooks[this.state].tone
  }
}
