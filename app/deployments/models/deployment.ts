import { DateTime } from 'luxon'
import { belongsTo, column, hasMany } from '@adonisjs/lucid/orm'
import type { BelongsTo, HasMany } from '@adonisjs/lucid/types/relations'
import { moment } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import type { CauseKind } from '#app/deployments/cause'
import { deploymentStateLooks, type DeploymentState, type Phase } from '#app/deployments/states'
import DeploymentRun from '#app/deployments/models/deployment_run'
import Release from '#app/deployments/models/release'
import Project, { type Rollout } from '#app/projects/models/project'
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

  /** How it goes over its servers; null when there is one. */
  @column()
  declare rollout: Rollout | null

  /** How far its servers are together; null unless they wait for each other. */
  @column()
  declare phase: Phase | null

  @moment()
  declare phaseAt: DateTime | null

  /** Why no further server goes live, to go on after "because". */
  @column()
  declare stopReason: string | null

  @moment()
  declare cancelRequestedAt: DateTime | null

  /** Raised by whoever decides for it, so that a former one cannot any more. */
  @column()
  declare fence: number
  /**
   * What became of its commands before the switch: null when it had none, `unknown` when nobody heard
   * of their end. Nothing takes them back.
   */
  @column()
  declare migrations: 'ran' | 'failed' | 'unknown' | null

  /** Visitors may get no good answer since it ended: what was live before is not well either. */
  @column({ consume: Boolean })
  declare critical: boolean

  @moment()
  declare finishedAt: DateTime | null

  @belongsTo(() => Project)
  declare project: BelongsTo<typeof Project>

  @belongsTo(() => Release)
  declare release: BelongsTo<typeof Release>

  @hasMany(() => DeploymentRun)
  declare runs: HasMany<typeof DeploymentRun>

  @belongsTo(() => User, { foreignKey: 'createdBy' })
  declare creator: BelongsTo<typeof User>

  /** What became of the commands before the switch, in words. */
  get migrationsLabel() {
    const labels = { ran: 'Ran', failed: 'Failed half-way', unknown: 'End unknown' }
    return this.migrations && labels[this.migrations]
  }

  get isCancelling() {
    return this.isActive && this.cancelRequestedAt !== null
  }

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
    return this.critical ? 'danger' : deploymentStateLooks[this.state].tone
  }

  /** Whether it ended other than it was meant to, by itself. */
  get wentWrong() {
    return this.critical || ['rolled_back', 'failed', 'lost', 'partial'].includes(this.state)
  }
}
