import { DateTime } from 'luxon'
import { column } from '@adonisjs/lucid/orm'
import { moment } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import { targetLooks, type TargetState } from '#app/bulk_runs/states'

/**
 * One server of a bulk run, and what came of it there.
 */
export default class BulkRunTarget extends TenantModel {
  static table = 'bulk_run_targets'

  static restrict(query: RestrictedQuery, { serverIds }: Restriction) {
    query.whereIn('bulk_run_targets.server_id', [...serverIds])
  }

  @column()
  declare bulkRunId: string

  /** Null when the server was removed. */
  @column()
  declare serverId: string | null

  /** As the server was called then. */
  @column()
  declare serverName: string

  /** The id of its run, which is there once its turn has come. */
  @column()
  declare runId: string

  @column()
  declare position: number

  @column()
  declare wave: number

  @column()
  declare state: TargetState

  @column()
  declare exitCode: number | null

  /** What came of it, in a few words. */
  @column()
  declare note: string | null

  /** SHA-256 of what is compared with other servers. */
  @column()
  declare outputHash: string | null

  @moment()
  declare finishedAt: DateTime | null

  get look() {
    return targetLooks[this.state]
  }
}
