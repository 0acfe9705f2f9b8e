import assert from 'node:assert/strict'
import db from '@adonisjs/lucid/services/db'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'
import Run from '#app/runs/models/run'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import type { Answer } from '#tests/engine/deploy/request_loop'
import type { Fleet } from '#tests/fleet/fleet'

/** What visitors of a server saw, by its name. */
export type SeenBy = Record<string, { answers: readonly Answer[]; bodies: readonly string[] }>

/**
 * Holds every server of a project to the invariants, and what the panel has on record to what the servers
 * say: which release is live on each and on all, which ones can be gone back to, that nothing is under way.
 *
 * @param releaseId the release that has to be live on all servers
 */
export async function assertAgreement(
  fleet: Fleet,
  { id, teamId, slug }: Project,
  releaseId: string,
  seen: SeenBy = {}
): Promise<void> {
  const project = await Project.within({ teamId }).where('id', id).firstOrFail()
  for (const { id: placementId, server, liveReleaseId } of await placementsOf(project)) {
    const host = fleet.host(server.name)
    const { good } = await assertInvariants({ host }, project, releaseId, seen[server.name])
    assert.equal(liveReleaseId, releaseId, `the record of ${server.name} names the live release`)
    const kept = await db.from('placement_releases').where('placement_id', placementId)
    const ids = kept.map(({ release_id }) => release_id as string)
    assert.deepEqual(ids.sort(), good.sort(), `the record of ${server.name} names its releases`)
  }
  assert.equal(project.liveReleaseId, releaseId, `the record of ${slug} names the live release`)
  const release = await Release.within({ teamId }).where('id', releaseId).firstOrFail()
  assert.equal(release.state, 'good', 'the live release is on record as good')
  const deployments = await Deployment.within({ teamId }).where('project_id', id)
  assert.ok(!deployments.some(({ isOpen }) => isOpen), 'no deployment is under way')
  const runs = await Run.within({ teamId }).where('project_id', id)
  assert.ok(!runs.some(({ isOpen }) => isOpen), 'no run is under way')
}
