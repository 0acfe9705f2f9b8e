import db from '@adonisjs/lucid/services/db'
import Deployment from '#app/deployments/models/deployment'
import { workerName } from '#app/runs/claims'

/** How long a process may take to look at a deployment, in milliseconds. */
const LEASE_MS = 15_000

/** Active deployments on many servers that no process looks at now. */
export async function findUncoordinated(): Promise<string[]> {
  const rows = await db
    .from('deployments')
    .where('state', 'active')
    .whereNotNull('rollout')
    .where((free) => free.whereNull('lease_until').orWhere('lease_until', '<', Date.now()))
    .select('id')
    .orderBy('id')
  return rows.map(({ id }) => id)
}

/**
 * Takes a deployment for this process and raises its fence, so that whoever had it before can no
 * longer decide. Of several processes that try at once exactly one gets it; the others get null.
 */
export async function claimDeployment(id: string): Promise<Deployment | null> {
  const now = Date.now()
  const changed = await db
    .from('deployments')
    .where({ id, state: 'active' })
    .where((free) => free.whereNull('lease_until').orWhere('lease_until', '<', now))
    .update({
      lease_owner: workerName,
      lease_until: now + LEASE_MS,
      fence: db.raw('fence + 1'),
    })
  if (Number(changed) !== 1) return null
  const row = await Deployment.acrossTeams().where('id', id).preload('project').first()
  return row?.state === 'active' ? row : null
}

/** Gives a deployment back, unless another process took it meanwhile. */
export async function releaseDeployment({ id, fence }: Deployment): Promise<void> {
  await db.from('deployments').where({ id, fence }).update({ lease_owner: null, lease_until: null })
}
