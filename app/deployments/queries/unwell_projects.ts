import Deployment from '#app/deployments/models/deployment'
import type { Scope } from '#app/teams/scope'

const MOST = 10

/**
 * The projects whose visitors may get no good answer since a deployment, as far as the panel knows:
 * no later one went live, and nobody has said that all is well. Each as that deployment, with its
 * project.
 */
export async function unwellProjects(scope: Scope): Promise<Deployment[]> {
  const latest = Deployment.within(scope)
    .where('critical', true)
    .whereNotExists((later) => {
      later
        .from('deployments as later')
        .whereColumn('later.project_id', 'deployments.project_id')
        .whereColumn('later.id', '>', 'deployments.id')
        .where('later.state', 'live')
    })
    .groupBy('deployments.project_id')
    .max('deployments.id as id')
    .limit(MOST)
  const rows = await latest.pojo<{ id: string }>()
  return Deployment.within(scope)
    .whereIn(
      'id',
      rows.map(({ id }) => id)
    )
    .preload('project')
    .orderBy('id', 'desc')
}
