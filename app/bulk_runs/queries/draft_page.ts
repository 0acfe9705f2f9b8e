import type BulkRun from '#app/bulk_runs/models/bulk_run'
import { workSeenBy } from '#app/bulk_runs/queries/bulk_run_page'
import { serversWords } from '#app/bulk_runs/words'
import BulkRunTarget from '#app/bulk_runs/models/bulk_run_target'
import { openRunStates } from '#app/runs/states'
import Run from '#app/runs/models/run'
import { runAsWords } from '#app/scripts/run_as'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/**
 * What someone should see before something runs on many servers: which, how each stands, and what
 * else is under way there.
 */
export async function draftPage(scope: Scope, bulkRun: BulkRun) {
  const targets = await BulkRunTarget.within(scope)
    .where('bulk_run_id', bulkRun.id)
    .orderBy('position')
  const ids = targets.flatMap(({ serverId }) => serverId ?? [])
  const servers = await Server.within(scope).whereIn('id', ids)
  const busy = await Run.within(scope)
    .whereIn('server_id', ids)
    .whereIn('state', [...openRunStates])
    .groupBy('server_id')
    .select('server_id')
    .count('* as runs')
    .pojo<{ server_id: string; runs: number | string }>()
  const byId = new Map(servers.map((server) => [server.id, server]))
  const runsOf = new Map(busy.map((row) => [row.server_id, Number(row.runs)]))
  const rows = targets.flatMap(({ serverId, wave }) => {
    const server = serverId === null ? undefined : byId.get(serverId)
    return server ? [{ server, wave, openRuns: runsOf.get(server.id) ?? 0 }] : []
  })
  return {
    bulkRun,
    rows,
    openRuns: rows.reduce((sum, row) => sum + row.openRuns, 0),
    work: workSeenBy(scope, bulkRun),
    runAs: runAsWords(bulkRun),
    button: buttonOf(bulkRun, rows.length),
  }
}

function buttonOf({ readyAction }: BulkRun, count: number): string {
  return `${readyAction?.button ?? 'Run it on'} ${serversWords(count)}`
}
