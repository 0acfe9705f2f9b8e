import { createHash } from 'node:crypto'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { serversWords } from '#app/bulk_runs/words'
import type BulkRun from '#app/bulk_runs/models/bulk_run'
import { openWork } from '#app/bulk_runs/work'
import { runAsWords } from '#app/scripts/run_as'

/** How many servers are named. */
const NAMED = 100

/**
 * Puts on record who runs what, where, as whom and with which parameters. The text itself may hold
 * secrets: its fingerprint is on record, and the page of the bulk run has the text.
 */
export function recordStart(
  origin: Origin,
  bulkRun: BulkRun,
  servers: readonly { name: string }[],
  trx: TransactionClientContract
): Promise<void> {
  const work = openWork(bulkRun.work)
  const left = servers.length - NAMED
  const names = servers.slice(0, NAMED).map(({ name }) => name)
  const { scriptRevision: revision, parameters } = bulkRun
  const details = {
    on: serversWords(servers.length),
    servers: left > 0 ? [...names, `and ${left} more`] : names,
    ...(bulkRun.kind === 'action' ? {} : { runAs: runAsWords(bulkRun) }),
    ...(revision === null ? {} : { revision }),
    ...(work.kind === 'text'
      ? { textSha256: createHash('sha256').update(work.text).digest('hex') }
      : {}),
    ...(parameters.length === 0
      ? {}
      : { parameters: parameters.map(({ name, value }) => `${name}=${value ?? '[secret]'}`) }),
  }
  return recordActivity(
    origin,
    { action: 'bulk_run.started', subject: bulkRun.asSubject, details },
    trx
  )
}
