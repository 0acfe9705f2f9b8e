import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Cause } from '#app/deployments/cause'
import Deployment from '#app/deployments/models/deployment'
import type Release from '#app/deployments/models/release'
import type { Announced } from '#app/deployments/new_release'
import type Project from '#app/projects/models/project'

/** What a deployment is asked to make live: a release that is there, or a new one. */
export interface Wanted {
  existing?: Release
  /** The very commit that was announced; without it the latest. */
  announced?: Announced | null
}

/**
 * The deployments of a project that wait, in their order, with their releases.
 */
export function waitingOf(
  project: Pick<Project, 'id' | 'teamId'>,
  trx: TransactionClientContract
): Promise<Deployment[]> {
  return Deployment.within(project, { client: trx })
    .where({ projectId: project.id, state: 'waiting' })
    .preload('release')
    .orderBy('created_at')
    .orderBy('id')
}

/**
 * Whether a deployment that waits is what the same one asks for again.
 */
export function isSame(
  waiting: Deployment,
  { kind, owner, reason }: Cause,
  { existing, announced }: Wanted
): boolean {
  const sameRelease = existing
    ? waiting.releaseId === existing.id
    : waiting.kind === 'deploy' && waiting.release.commit === (announced?.commit ?? null)
  const sameCause = waiting.cause === kind && waiting.createdBy === owner.userId
  return sameRelease && sameCause && waiting.reason === reason
}
