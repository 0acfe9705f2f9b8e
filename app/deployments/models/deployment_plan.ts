import { column } from '@adonisjs/lucid/orm'
import { json } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import Deployment from '#app/deployments/models/deployment'
import Project from '#app/projects/models/project'

/** A step as people read it before it runs. Nothing of it is a secret. */
export interface PlannedStep {
  title: string
  commands: string[]
}

/**
 * What a deployment was going to do when it began.
 */
export default class DeploymentPlan extends TenantModel {
  static table = 'deployment_plans'

  static restrict(query: RestrictedQuery, restriction: Restriction) {
    query.whereIn(
      'deployment_plans.deployment_id',
      Deployment.acrossTeams()
        .select('deployments.id')
        .whereIn('deployments.project_id', Project.idsWithin(restriction))
    )
  }

  @column()
  declare deploymentId: string

  @json()
  declare steps: PlannedStep[]
}
