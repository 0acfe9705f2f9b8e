import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import type { Cause } from '#app/deployments/cause'
import type Deployment from '#app/deployments/models/deployment'
import type Release from '#app/deployments/models/release'
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
    server: project.server.name,
    ...(release.shortCommit ? { commit: release.shortCommit } : { branch: project.branch }),
    ...(cause.kind === 'webhook' ? { pusher: cause.by ?? 'someone' } : {}),
    ...(cause.reason ? { reason: cause.reason } : {}),
    ...(superseded.length > 0 ? { superseded: superseded.length } : {}),
  }
  await recordActivity(
    cause.origin,
    {
      action: deployment.runId ? `${noun}.${asked}` : `${noun}.${asked}_waiting`,
      subject: subjectOf(deployment, project),
      details,
      runs: deployment.runId ? [deployment.runId] : [],
    },
    trx
  )
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
      details: { server: project.server.name },
      runs: deployment.runId ? [deployment.runId] : [],
    },
    trx
  )
}
