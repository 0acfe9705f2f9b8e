import Deployment from '#app/deployments/models/deployment'
import type { Scope } from '#app/teams/scope'

/** Most deployments that are told of. */
const MOST = 50

/**
 * The deployments of a project that ran commands before the switch, newest first: what a rollback to an
 * older release does not take back.
 *
 * @param releaseId only those of releases made after this one
 */
export async function migratedSince(scope: Scope, projectId: string, releaseId?: string) {
  return Deployment.within(scope)
    .where({ projectId, kind: 'deploy' })
    .whereNotNull('migrations')
    .if(releaseId, (query) => query.where('release_id', '>', releaseId!))
    .preload('release')
    .orderBy('id', 'desc')
    .limit(MOST)
}
