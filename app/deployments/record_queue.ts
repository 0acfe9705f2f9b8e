import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { placesOf } from '#app/deployments/queries/standing'
import type { Cause } from '#app/deployments/cause'
import type Deployment from '#app/deployments/models/deployment'
import type Release from '#app/deployments/models/release'
import { serverNames } from '#app/projects/server_names'
import type Project from '#app/projects/models/project'

const subjectOf = ({ id }: Deployment, { name }: Project) => ({ type: 'deployment', id, name })

/**
 * Puts on record that a deployment was asked for: whether it began or waits, why, and which ones
 * that waited it took the place of.
 */
export async function recordRequest(
  { project, deployment, release, cause, superseded }: Requested,
  trx: TransactionClientContract
) {
  const noun = deployment.kind === 'rollback' ? 'rollback' : 'deployment'
  const asked = cause.kind === 'webhook' ? 'pushed' : 'started'
  const details = {
    server: serverNames(project.servers.map(({ name }) => name)),
    ...(release.shortCommit ? { commit: release.shortCommit } : { branch: project.branch }),
    ...(cause.kind === 'webhook' ? { pusher: cause.by ?? 'someone' } : {}),
    ...(cause.reason ? { reason: cause.reason } : {}),
    ...(superseded.length > 0 ? { superseded: superseded.length } : {}),
  }
  await recordActivity(
    cause.origin,
    {
      action: deployment.isWaiting ? `${noun}.${asked}_waiting` : `${noun}.${asked}`,
      subject: subjectOf(deployment, project),
      details,
      runs: await runsOf(deployment, trx),
    },
    trx
  )
}

async function runsOf(deployment: Deployment, trx: TransactionClientContract): Promise<string[]> {
  const places = await placesOf(deployment, trx)
  return places.flatMap(({ runId }) => runId ?? [])
}

interface Requested {
  project: Project
  deployment: Deployment
  release: Release
  cause: Cause
  superseded: readonly Deployment[]
}

/** Puts on record that a deployment which waited begins. */
export async function recordBegin(
  deployment: Deployment,
  project: Project,
  trx: TransactionClientContract
) {
  await recordActivity(
    systemOrigin(project.teamId),
    {
      action: 'deployment.begun',
      subject: subjectOf(deployment, project),
      details: { server: serverNames(project.servers.map(({ name }) => name)) },
      runs: await runsOf(deployment, trx),
    },
    trx
  )
}
