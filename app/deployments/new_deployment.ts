import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Cause } from '#app/deployments/cause'
import Deployment from '#app/deployments/models/deployment'
import type Release from '#app/deployments/models/release'
import type Project from '#app/projects/models/project'

/**
 * A deployment that waits for its turn: of a new release, or of one that was there.
 */
export function makeDeployment(
  project: Project,
  { release, existing }: { release: Release; existing?: Release },
  { kind: cause, by: causedBy, reason, owner }: Cause,
  trx: TransactionClientContract
): Promise<Deployment> {
  return Deployment.create(
    {
      ...{ teamId: project.teamId, projectId: project.id, releaseId: release.id },
      ...{ createdBy: owner.userId, cause, causedBy, reason },
      kind: existing ? 'rollback' : 'deploy',
      ...{ title: titleOf(project, existing), state: 'waiting', activeProjectId: null, fence: 0 },
    },
    { client: trx }
  )
}

/** What a deployment and its run are called. */
function titleOf({ name }: Project, existing?: Release): string {
  return existing ? `Roll ${name} back to ${existing.shortCommit}` : `Deploy ${name}`
}
