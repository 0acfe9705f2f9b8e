import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { DateTime } from 'luxon'
import { ulid } from 'ulid'
import BulkRun, { type BulkRunKind } from '#app/bulk_runs/models/bulk_run'
import type { ReadyActionName } from '#app/bulk_runs/ready_actions'
import { waveOf, type Pace } from '#app/bulk_runs/waves'
import { sealSecrets, sealWork, type Work } from '#app/bulk_runs/work'
import type { GivenParameter } from '#app/scripts/parameters'
import type { RunAs } from '#app/scripts/run_as'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

export interface NewBulkRun {
  kind: BulkRunKind
  scriptId?: string
  scriptRevision?: number
  action?: ReadyActionName
  title: string
  work: Work
  secrets: Record<string, string>
  parameters: GivenParameter[]
  runAs: RunAs
  runAsUser: string | null
  timeoutSeconds: number
  pace: Pace
  /** Whether it waits until someone who saw the list of servers says so. */
  asksFirst: boolean
  serverIds: readonly string[]
  /** Random, new with every form: sent twice, the form makes one bulk run. */
  once: string
}

/** Rows of one statement: databases limit how many values it can have. */
const BATCH = 200

/**
 * The rows of a bulk run and of its targets, which all wait.
 */
export async function insertBulkRun(
  scope: Scope,
  input: NewBulkRun,
  { servers, requestKey }: { servers: readonly Server[]; requestKey: string },
  trx: TransactionClientContract
): Promise<BulkRun> {
  const bulkRun = await insert(scope, input, requestKey, trx)
  await insertTargets(bulkRun, servers, trx)
  return bulkRun
}

function insert(
  scope: Scope,
  input: NewBulkRun,
  requestKey: string,
  trx: TransactionClientContract
): Promise<BulkRun> {
  const { pace, title } = input
  return BulkRun.create(
    {
      teamId: scope.teamId,
      createdBy: scope.userId,
      scriptId: input.scriptId ?? null,
      scriptRevision: input.scriptRevision ?? null,
      kind: input.kind,
      action: input.action ?? null,
      title,
      work: sealWork(input.work),
      secretValues: sealSecrets(input.secrets),
      parameters: input.parameters,
      runAs: input.runAs,
      runAsUser: input.runAsUser,
      timeoutSeconds: input.timeoutSeconds,
      ...pace,
      state: input.asksFirst ? 'draft' : 'running',
      stopReason: null,
      requestKey,
      cancelRequestedAt: null,
      startedAt: input.asksFirst ? null : DateTime.utc(),
      finishedAt: null,
    },
    { client: trx }
  )
}

async function insertTargets(
  bulkRun: BulkRun,
  servers: readonly Server[],
  trx: TransactionClientContract
) {
  const now = Date.now()
  const rows = servers.map((server, position) => ({
    id: ulid(),
    team_id: bulkRun.teamId,
    bulk_run_id: bulkRun.id,
    server_id: server.id,
    server_name: server.name,
    run_id: ulid(),
    position,
    wave: waveOf(position, bulkRun.pace),
    state: 'waiting',
    created_at: now,
    updated_at: now,
  }))
  for (let first = 0; first < rows.length; first += BATCH) {
    await trx.table('bulk_run_targets').multiInsert(rows.slice(first, first + BATCH))
  }
}
