import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import type { Phase } from '#app/deployments/states'
import { placeStateLooks, type PlaceState } from '#app/deployments/states'
import type { PlacementRole } from '#app/projects/models/placement'
import Deployment from '#app/deployments/models/deployment'
import Project from '#app/projects/models/project'
import Run from '#app/runs/models/run'
import Server from '#app/servers/models/server'

/**
 * A deployment on one of its servers: whether its run has begun, and what came of it there.
 */
export default class DeploymentRun extends TenantModel {
  static table = 'deployment_runs'

  static restrict(query: RestrictedQuery, restriction: Restriction) {
    query.whereIn(
      'deployment_runs.deployment_id',
      Deployment.acrossTeams()
        .select('deployments.id')
        .whereIn('deployments.project_id', Project.idsWithin(restriction))
    )
  }

  @column()
  declare deploymentId: string

  /** The order in which they begin; the first decides the commit. */
  @column()
  declare position: number

  /** Null when the server was removed since. */
  @column()
  declare serverId: string | null

  @column()
  declare serverName: string

  @column()
  declare role: PlacementRole

  @column()
  declare appPort: number

  /** Null until its turn has come. */
  @column()
  declare runId: string | null

  @column()
  declare state: PlaceState

  /** Why it did not go live, to go on after the server's name: "failed at “Build”". */
  @column()
  declare note: string | null

  /** What people call the step that failed. */
  @column()
  declare failedStep: string | null

  /** The release that was live there before. */
  @column()
  declare formerReleaseId: string | null

  /** Its run takes the server back to that release. */
  @column({ consume: Boolean })
  declare returns: boolean

  /** The phase of the deployment that its server was last told of. */
  @column()
  declare told: Phase | null

  @belongsTo(() => Run)
  declare run: BelongsTo<typeof Run>

  @belongsTo(() => Server)
  declare server: BelongsTo<typeof Server>

  get isOpen() {
    return this.state === 'waiting' || this.state === 'running'
  }

  get label() {
    return placeStateLooks[this.state].label
  }

  get tone() {
    return placeStateLooks[this.state].tone
  }
}
