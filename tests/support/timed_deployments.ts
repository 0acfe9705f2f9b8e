import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import type Deployment from '#app/deployments/models/deployment'
import type { DeploymentState } from '#app/deployments/states'
import Release from '#app/deployments/models/release'
import type Project from '#app/projects/models/project'
import type Server from '#app/servers/models/server'
import { deploymentBy } from '#tests/support/deployments'
import { createRun, type Tenant } from '#tests/support/tenants'

interface Values extends Partial<
  Pick<Deployment, 'kind' | 'cause' | 'causedBy' | 'createdBy' | 'reason'>
> {
  state?: DeploymentState
  /** How long its steps took, in seconds, by name. */
  steps?: Record<string, number>
  release?: Partial<Release>
  createdAt?: DateTime
}

/**
 * A deployment that ended, on one server, with a release of its own and steps that took so long.
 */
export async function timedDeployment(
  tenant: Tenant,
  project: Project,
  server: Server,
  { state = 'live', steps = { build: 10 }, release, createdAt, ...values }: Values = {}
): Promise<Deployment> {
  const { teamId } = project
  const made = await Release.create({
    ...{ teamId, projectId: project.id, state: state === 'live' ? 'good' : 'bad' },
    ...{ commit: 'a'.repeat(40), commitSubject: 'A change', commitAuthor: 'Ada' },
    ...{ runtime: project.runtime, publicDirectory: null, liveAt: DateTime.utc() },
    ...release,
  })
  const startedAt = DateTime.utc().minus({ hours: 1 })
  const total = Object.values(steps).reduce((sum, seconds) => sum + seconds, 0)
  const run = await createRun(tenant, server, {
    ...{ kind: 'deployment', title: `Deploy ${project.name}`, projectId: project.id },
    state: state === 'live' ? 'succeeded' : 'failed',
    ...{ startedAt, finishedAt: startedAt.plus({ seconds: total }) },
  })
  let from = startedAt.toMillis()
  const rows = Object.entries(steps).map(([name, seconds], position) => ({
    ...{ run_id: run.id, position, name, title: `Do ${name}`, state: 'succeeded' },
    ...{ started_at: from, finished_at: (from += seconds * 1000) },
  }))
  if (rows.length > 0) await db.table('run_steps').multiInsert(rows)
  const deployment = await deploymentBy({
    ...{ teamId, projectId: project.id, releaseId: made.id, run, state },
    ...{ finishedAt: run.finishedAt, ...values },
  })
  if (createdAt) {
    await db
      .from('deployments')
      .where('id', deployment.id)
      .update({ created_at: createdAt.toMillis() })
  }
  return deployment
}
