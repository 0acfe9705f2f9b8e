import { createHash } from 'node:crypto'
import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import { advance } from '#app/bulk_runs/advance'
import { insertBulkRun, type NewBulkRun } from '#app/bulk_runs/insert_bulk_run'
import BulkRun from '#app/bulk_runs/models/bulk_run'
import { recordStart } from '#app/bulk_runs/record_start'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/**
 * Records a bulk run with its targets, and begins it unless it has to be confirmed. Servers that
 * the scope does not see, or that are not connected yet, are left out.
 *
 * @throws a refusal for `servers` when none is left
 */
@inject()
export default class CreateBulkRun {
  async handle(scope: Scope, input: NewBulkRun): Promise<BulkRun> {
    const servers = await Server.within(scope)
      .whereIn('id', [...input.serverIds])
      .whereNull('offered_host_key')
      .orderBy('name')
      .select('id', 'name')
    if (servers.length === 0) refuse('servers', 'Choose at least one connected server.')
    const requestKey = keyOf(input, servers)
    const creating = db.transaction(async (trx) => {
      const bulkRun = await insertBulkRun(scope, input, { servers, requestKey }, trx)
      if (bulkRun.state === 'draft') return bulkRun
      await advance(bulkRun, trx)
      await recordStart(scope.origin, bulkRun, servers, trx)
      return bulkRun
    })
    return creating.catch(async (error) => {
      if (!isUniqueViolation(error)) throw error
      return BulkRun.within({ teamId: scope.teamId }).where('request_key', requestKey).firstOrFail()
    })
  }
}

/** Of a secret only this is kept, and `once` is in it, which is not. */
function keyOf(input: NewBulkRun, servers: readonly Server[]): string {
  const ids = servers.map(({ id }) => id)
  return createHash('sha256')
    .update(JSON.stringify({ ...input, serverIds: ids }))
    .digest('hex')
}
