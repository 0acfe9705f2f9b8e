import { errors } from '@adonisjs/lucid'
import db from '@adonisjs/lucid/services/db'
import Release from '#app/deployments/models/release'
import type Placement from '#app/projects/models/placement'
import type Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'
import type { Scope } from '#app/teams/scope'

/**
 * The good releases that every server of the project keeps, the one that was live last first: those
 * it can go back to.
 */
export async function releasesOnAll(
  scope: Scope,
  project: Project,
  placements: readonly Placement[]
): Promise<Release[]> {
  const kept = db
    .from('placement_releases')
    .whereIn(
      'placement_id',
      placements.map(({ id }) => id)
    )
    .groupBy('release_id')
    .havingRaw('count(*) = ?', [placements.length])
    .select('release_id')
  return Release.within(scope)
    .where({ projectId: project.id, state: 'good' })
    .whereIn('id', kept)
    .orderBy('live_at', 'desc')
}

/**
 * @throws E_ROW_NOT_FOUND unless every server of the project keeps the release
 */
export async function assertOnAll(scope: Scope, project: Project, release: Release) {
  const placements = await placementsOf(project)
  const kept = await releasesOnAll(scope, project, placements)
  if (!kept.some(({ id }) => id === release.id)) throw new errors.E_ROW_NOT_FOUND(Release)
}
