import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { findAuthor } from '#app/bulk_runs/queries/find_author'
import { serversWords } from '#app/bulk_runs/words'
import type BulkRun from '#app/bulk_runs/models/bulk_run'
import { failedStates, type BulkRunState, type TargetState } from '#app/bulk_runs/states'
import { decide, type WaveCount } from '#app/bulk_runs/waves'
import CreateRuns from '#app/runs/actions/create_runs'
import { runEvents } from '#app/runs/run_events'
import type { Scope } from '#app/teams/scope'

/** The note of a target that was skipped because of its author's grants. */
const NOT_SEEN = 'Its author no longer sees this server'

interface CountRow {
  wave: number
  state: TargetState
  count: number | string
}

/**
 * Does what the targets of a bulk run call for: begins those whose turn has come, stops the rest,
 * ends it. Facts alone decide, so that anyone may call it at any time, holding the bulk run
 * (`holdBulkRun`) in the transaction that changed something.
 */
export async function advance(bulkRun: BulkRun, trx: TransactionClientContract): Promise<void> {
  trx.after('commit', () => runEvents.changed(bulkRun.id))
  if (bulkRun.state !== 'running') return
  let rows = await countTargets(bulkRun, trx)
  let decision = decide(waveCounts(rows), bulkRun.pace)
  if (decision.kind === 'start') {
    const author = await findAuthor(bulkRun, trx)
    if (author) {
      const skipped = await skipUnseen(bulkRun, author, trx)
      return skipped > 0 ? advance(bulkRun, trx) : startTargets(bulkRun, decision, trx)
    }
    decision = { kind: 'stop', reason: 'author' }
  }
  if (decision.kind === 'stop') {
    bulkRun.stopReason = decision.reason
    await trx
      .from('bulk_runs')
      .where('id', bulkRun.id)
      .update({ stop_reason: decision.reason, updated_at: Date.now() })
    await skipWaiting(bulkRun, trx)
    rows = await countTargets(bulkRun, trx)
    if (rows.some(({ state }) => state === 'running')) return
  }
  if (decision.kind === 'stop' || decision.kind === 'end') await end(bulkRun, rows, trx)
}

/**
 * What has not begun will not.
 */
export async function skipWaiting(
  bulkRun: BulkRun,
  trx: TransactionClientContract,
  serverIds?: readonly string[]
): Promise<void> {
  const query = trx.from('bulk_run_targets').where({ bulk_run_id: bulkRun.id, state: 'waiting' })
  if (serverIds) query.whereIn('server_id', [...serverIds])
  await query.update({ state: 'skipped', updated_at: Date.now() })
}

/** Of what has not begun, leaves out the servers that its author sees no more. */
async function skipUnseen(
  bulkRun: BulkRun,
  { restriction }: Scope,
  trx: TransactionClientContract
): Promise<number> {
  if (!restriction) return 0
  const skipped = await trx
    .from('bulk_run_targets')
    .where({ bulk_run_id: bulkRun.id, state: 'waiting' })
    .whereNotNull('server_id')
    .whereNotIn('server_id', [...restriction.serverIds])
    .update({ state: 'skipped', note: NOT_SEEN, updated_at: Date.now() })
  return Number(skipped)
}

function countTargets({ id }: BulkRun, trx: TransactionClientContract): Promise<CountRow[]> {
  return trx
    .from('bulk_run_targets')
    .where('bulk_run_id', id)
    .groupBy('wave', 'state')
    .select('wave', 'state')
    .count('* as count')
}

function waveCounts(rows: readonly CountRow[]): WaveCount[] {
  const waves = new Map<number, WaveCount>()
  for (const { wave, state, count } of rows) {
    const counted = waves.get(wave) ?? { wave, waiting: 0, running: 0, succeeded: 0, failed: 0 }
    if (state === 'waiting') counted.waiting += Number(count)
    if (state === 'running') counted.running += Number(count)
    if (state === 'succeeded') counted.succeeded += Number(count)
    if (failedStates.includes(state)) counted.failed += Number(count)
    waves.set(wave, counted)
  }
  return [...waves.values()]
}

async function startTargets(
  bulkRun: BulkRun,
  { wave, count }: { wave: number; count: number },
  trx: TransactionClientContract
) {
  const targets = await trx
    .from('bulk_run_targets')
    .where({ bulk_run_id: bulkRun.id, state: 'waiting', wave })
    .orderBy('position')
    .limit(count)
    .select('id', 'run_id', 'server_id', 'server_name')
  const ids = (list: typeof targets) => list.map(({ id }) => id)
  const gone = targets.filter(({ server_id: serverId }) => serverId === null)
  const there = targets.filter(({ server_id: serverId }) => serverId !== null)
  const update = (list: typeof targets, state: TargetState) =>
    trx.from('bulk_run_targets').whereIn('id', ids(list)).update({ state, updated_at: Date.now() })
  await createRuns(bulkRun, there, trx)
  await update(there, 'running')
  if (gone.length === 0) return
  await update(gone, 'skipped')
  await advance(bulkRun, trx)
}

/**
 * The runs of targets whose turn has come.
 */
export async function createRuns(
  bulkRun: BulkRun,
  targets: readonly { run_id: string; server_id: string; server_name: string }[],
  trx: TransactionClientContract
) {
  if (targets.length === 0) return
  await new CreateRuns().handle(
    {
      teamId: bulkRun.teamId,
      createdBy: bulkRun.createdBy,
      kind: bulkRun.runKind,
      input: { bulkRunId: bulkRun.id },
      deadlineSeconds: bulkRun.timeoutSeconds,
    },
    targets.map((target) => ({
      id: target.run_id,
      serverId: target.server_id,
      title: titleOf(bulkRun, target.server_name),
    })),
    trx
  )
}

function titleOf({ title }: BulkRun, serverName: string): string {
  return [...`${title}: ${serverName}`].slice(0, 160).join('')
}

async function end(bulkRun: BulkRun, rows: readonly CountRow[], trx: TransactionClientContract) {
  const counts = new Map<TargetState, number>()
  for (const { state, count } of rows) counts.set(state, (counts.get(state) ?? 0) + Number(count))
  const now = Date.now()
  bulkRun.state = endState(bulkRun, counts)
  await trx
    .from('bulk_runs')
    .where('id', bulkRun.id)
    .update({ state: bulkRun.state, secret_values: null, finished_at: now, updated_at: now })
  const failed = failedStates.reduce((sum, state) => sum + (counts.get(state) ?? 0), 0)
  const succeeded = counts.get('succeeded') ?? 0
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const told = bulkRun.state === 'succeeded' ? succeeded : failed
  const details = {
    on: serversWords(told, total),
    succeeded,
    failed,
    notBegun: counts.get('skipped') ?? 0,
  }
  await recordActivity(
    systemOrigin(bulkRun.teamId),
    { action: `bulk_run.${endedBecause(bulkRun)}`, subject: bulkRun.asSubject, details },
    trx
  )
}

function endedBecause({ state, stopReason }: BulkRun): string {
  return state === 'stopped' && stopReason === 'author' ? 'author_lost_right' : state
}

function endState(bulkRun: BulkRun, counts: ReadonlyMap<TargetState, number>): BulkRunState {
  const touched = counts.has('cancelled') || counts.has('skipped')
  if (bulkRun.cancelRequestedAt && touched) return 'cancelled'
  if (bulkRun.stopReason) return 'stopped'
  return failedStates.some((state) => counts.has(state)) || counts.has('skipped')
    ? 'failed'
    : 'succeeded'
}
