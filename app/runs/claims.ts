import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import db from '@adonisjs/lucid/services/db'
import Run from '#app/runs/models/run'
import { openRunStates } from '#app/runs/states'

/** How long a worker owns a run without renewing, in milliseconds. */
export const LEASE_MS = 15_000

/** Names this process as the owner of leases. */
export const workerName = `${hostname().slice(0, 32)}:${process.pid}:${randomBytes(4).toString('hex')}`

/**
 * Runs nobody works on: never started, or left by a worker that stopped renewing.
 */
export async function findClaimable(limit: number): Promise<{ id: string; fence: number }[]> {
  const rows = await Run.acrossTeams()
    .select('id', 'fence')
    .whereIn('state', [...openRunStates])
    .where((query) => query.whereNull('lease_until').orWhere('lease_until', '<', Date.now()))
    .orderBy('created_at')
    .limit(limit)
  return rows.map(({ id, fence }) => ({ id, fence }))
}

/**
 * Takes a run for this process and raises its fence, so that whoever had it before can no longer
 * change it. Of several workers that try at once exactly one gets it.
 *
 * @returns the claimed run, or null when another was first
 */
export async function claim(candidate: { id: string; fence: number }): Promise<Run | null> {
  const now = Date.now()
  const changed = await db
    .from('runs')
    .where({ id: candidate.id, fence: candidate.fence })
    .whereIn('state', [...openRunStates])
    .where((query) => query.whereNull('lease_until').orWhere('lease_until', '<', now))
    .update({
      lease_owner: workerName,
      lease_until: now + LEASE_MS,
      fence: candidate.fence + 1,
      attempt: db.raw('attempt + 1'),
      state: 'running',
      started_at: db.raw('coalesce(started_at, ?)', [now]),
      updated_at: now,
    })
  if (Number(changed) !== 1) return null
  return Run.acrossTeams().where('id', candidate.id).preload('server').firstOrFail()
}

/**
 * Keeps a claim for another lease.
 *
 * @returns whether a person asked to cancel meanwhile, or null when the run belongs to another
 */
export async function renew(run: Run): Promise<{ cancelRequested: boolean } | null> {
  const changed = await db
    .from('runs')
    .where({ id: run.id, fence: run.fence, state: 'running' })
    .update({ lease_until: Date.now() + LEASE_MS })
  if (Number(changed) !== 1) return null
  const row = await db.from('runs').where('id', run.id).select('cancel_requested_at').first()
  return { cancelRequested: row?.cancel_requested_at !== null }
}

/**
 * Gives a claim back, so that another process can take the run at once.
 */
export async function release(run: Run): Promise<void> {
  await db
    .from('runs')
    .where({ id: run.id, fence: run.fence, state: 'running' })
    .update({ lease_owner: null, lease_until: null })
}
