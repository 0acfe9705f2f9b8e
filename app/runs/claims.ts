import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import db from '@adonisjs/lucid/services/db'
import type { DatabaseQueryBuilderContract } from '@adonisjs/lucid/types/querybuilder'
import Run from '#app/runs/models/run'
import { openRunStates } from '#app/runs/states'

/** How long a worker owns a run without renewing, in milliseconds. */
export const LEASE_MS = 15_000

/** Names this process as the owner of leases. */
export const workerName = `${hostname().slice(0, 32)}:${process.pid}:${randomBytes(4).toString('hex')}`

let claims = 0

/** A run that may be claimed, the server it is for and the team it belongs to. */
export interface Candidate {
  id: string
  serverId: string
  teamId: string
}

/**
 * Runs nobody works on: never started, left by a worker that stopped renewing, or put off until
 * now. Those whose server was silent when last asked come last, so that they keep nobody waiting.
 *
 * @param exceptServers servers whose runs are not looked for
 * @param exceptTeams teams whose runs are not looked for
 */
export async function findClaimable(
  limit: number,
  exceptServers: readonly string[] = [],
  exceptTeams: readonly string[] = []
): Promise<Candidate[]> {
  const rows = await Run.acrossTeams()
    .select('id', 'server_id', 'team_id')
    .whereIn('state', [...openRunStates])
    .where((query) => query.whereNull('lease_until').orWhere('lease_until', '<', Date.now()))
    .whereNotIn('server_id', [...exceptServers])
    .whereNotIn('team_id', [...exceptTeams])
    .orderByRaw('case when unreachable_since is null then 0 else 1 end')
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
  return rows.map(({ id, serverId, teamId }) => ({ id, serverId, teamId }))
}

/**
 * Runs that never began and whose cancellation was asked for. Ending them needs no server, so that
 * they are taken whatever else there is to do.
 */
export async function findCalledOff(limit: number): Promise<string[]> {
  const rows = await Run.acrossTeams()
    .select('id')
    .where('state', 'queued')
    .whereNotNull('cancel_requested_at')
    .limit(limit)
  return rows.map(({ id }) => id)
}

/**
 * Takes runs for this process, those of them that are still free, and raises their fences, so that
 * whoever had one before can no longer change it. Of several workers that try at once exactly one
 * gets each.
 */
export async function claim(ids: readonly string[]): Promise<Run[]> {
  const now = Date.now()
  const owner = `${workerName}:${(++claims).toString(36)}`
  const changed = await db
    .from('runs')
    .whereIn('id', [...ids])
    .whereIn('state', [...openRunStates])
    .where((query) => query.whereNull('lease_until').orWhere('lease_until', '<', now))
    .update({
      lease_owner: owner,
      lease_until: now + LEASE_MS,
      fence: db.raw('fence + 1'),
      attempt: db.raw('attempt + 1'),
      state: 'running',
      started_at: db.raw('coalesce(started_at, ?)', [now]),
      updated_at: now,
    })
  if (Number(changed) === 0) return []
  return Run.acrossTeams()
    .whereIn('id', [...ids])
    .where('lease_owner', owner)
    .preload('server')
    .orderBy('created_at')
    .orderBy('id')
}

/**
 * Keeps claims for another lease.
 *
 * @returns by id, whether a person asked to cancel meanwhile; what belongs to another is not in it
 */
export async function renew(
  runs: readonly Run[]
): Promise<Map<string, { cancelRequested: boolean }>> {
  const ids = runs.map(({ id }) => id)
  const owners = [...new Set(runs.map(({ leaseOwner }) => leaseOwner ?? ''))]
  const running = () => db.from('runs').whereIn('id', ids).where('state', 'running')
  await running()
    .whereIn('lease_owner', owners)
    .update({ lease_until: Date.now() + LEASE_MS })
  const rows = await running().select('id', 'fence', 'lease_owner', 'cancel_requested_at')
  const stored = new Map(rows.map((row) => [row.id, row]))
  const kept = runs.filter((run) => {
    const row = stored.get(run.id)
    return row?.fence === run.fence && row.lease_owner === run.leaseOwner
  })
  return new Map(
    kept.map(({ id }) => [id, { cancelRequested: stored.get(id).cancel_requested_at !== null }])
  )
}

/**
 * Gives a claim back, so that another process can take the run at once.
 */
export async function release(run: Run): Promise<void> {
  await held(run).update({ lease_owner: null, lease_until: null })
}

/**
 * Gives a claim back until a moment from which anybody may take the run again. Meanwhile it costs
 * no process anything.
 *
 * @param wait milliseconds
 * @param silent whether the run's server could not be asked, for its page to show
 */
export async function putOff(run: Run, wait: number, silent: boolean): Promise<void> {
  const now = Date.now()
  await held(run).update({
    lease_owner: null,
    lease_until: now + wait,
    ...(silent && { unreachable_since: db.raw('coalesce(unreachable_since, ?)', [now]) }),
  })
}

/**
 * Lets runs that were put off be taken at once.
 */
export async function hasten(
  query: (runs: DatabaseQueryBuilderContract) => DatabaseQueryBuilderContract
): Promise<void> {
  await query(db.from('runs').where('state', 'running').whereNull('lease_owner')).update({
    lease_until: null,
  })
}

function held(run: Run) {
  return db.from('runs').where({ id: run.id, fence: run.fence, state: 'running' })
}
