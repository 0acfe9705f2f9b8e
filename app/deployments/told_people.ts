import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type Deployment from '#app/deployments/models/deployment'
import Project from '#app/projects/models/project'
import Membership from '#app/teams/models/membership'
import { scopeOf } from '#app/teams/queries/find_scope'
import { abilities } from '#app/teams/roles'

/**
 * Whom a deployment that did not go well is told to: those who may deploy its project, and want it.
 *
 * @returns ids of people
 */
export async function toldPeople(
  { teamId, projectId, critical }: Deployment,
  trx: TransactionClientContract
): Promise<string[]> {
  const client = { client: trx }
  const members = await Membership.within({ teamId }, client)
    .whereIn('role', [...abilities['projects.deploy']])
    .whereHas('user', (user) => {
      user.whereNull('deactivated_at')
      user.whereIn('mailed_deployments', critical ? ['failed', 'critical'] : ['failed'])
    })
    .preload('user')
    .preload('team')
  const told: string[] = []
  for (const member of members) {
    const scope = await scopeOf(member.user, member)
    const project = await Project.within(scope, client).where('id', projectId).select('id').first()
    if (project) told.push(member.userId)
  }
  return told
}
