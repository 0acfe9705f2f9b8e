import { randomBytes } from 'node:crypto'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { runEvents } from '#app/runs/run_events'

/** What many runs have in common. */
export interface RunsOfAKind {
  teamId: string
  createdBy: string | null
  kind: string
  input: Record<string, unknown>
  deadlineSeconds: number
}

/** One of them; its id was chosen beforehand. */
export interface PlannedRun {
  id: string
  serverId: string
  title: string
}

/** Rows of one statement: databases limit how many values it can have. */
const BATCH = 200

/**
 * Records many runs as queued with few statements, in the transaction that decided on them.
 */
export default class CreateRuns {
  async handle(
    kind: RunsOfAKind,
    runs: readonly PlannedRun[],
    trx: TransactionClientContract
  ): Promise<void> {
    trx.after('commit', () => runEvents.wakeWorkers())
    const rows = runs.map((run) => rowOf(kind, run))
    for (let first = 0; first < rows.length; first += BATCH) {
      await trx.table('runs').multiInsert(rows.slice(first, first + BATCH))
    }
  }
}

function rowOf({ teamId, createdBy, kind, input, deadlineSeconds }: RunsOfAKind, run: PlannedRun) {
  const now = Date.now()
  return {
    id: run.id,
    team_id: teamId,
    server_id: run.serverId,
    created_by: createdBy,
    kind,
    title: run.title,
    input: JSON.stringify(input),
    nonce: randomBytes(16).toString('hex'),
    state: 'queued',
    results: '{}',
    deadline_seconds: deadlineSeconds,
    created_at: now,
    updated_at: now,
  }
}
