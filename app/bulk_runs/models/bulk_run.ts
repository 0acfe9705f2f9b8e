import { DateTime } from 'luxon'
import { belongsTo, column, hasMany } from '@adonisjs/lucid/orm'
import type { BelongsTo, HasMany } from '@adonisjs/lucid/types/relations'
import { json, moment, sealed } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import BulkRunTarget from '#app/bulk_runs/models/bulk_run_target'
import { isReadyActionName, readyActions, type ReadyActionName } from '#app/bulk_runs/ready_actions'
import { bulkRunLooks, type BulkRunState, type Look } from '#app/bulk_runs/states'
import type { Pace, StopReason } from '#app/bulk_runs/waves'
import { BULK_RUN_SECRETS, BULK_RUN_WORK } from '#app/bulk_runs/work'
import type { GivenParameter } from '#app/scripts/parameters'
import type { RunAs } from '#app/scripts/run_as'
import Script from '#app/scripts/models/script'
import User from '#app/users/models/user'

export type BulkRunKind = 'command' | 'script' | 'action'

/**
 * Something to be run on several servers, a run on each. Restricted members see those that touch
 * a server they see.
 */
export default class BulkRun extends TenantModel {
  static table = 'bulk_runs'

  static restrict(query: RestrictedQuery, restriction: Restriction) {
    const seen = BulkRunTarget.acrossTeams()
      .whereIn('server_id', [...restriction.serverIds])
      .select('bulk_run_id')
    query.whereIn('bulk_runs.id', seen)
  }

  @column()
  declare createdBy: string | null

  @column()
  declare scriptId: string | null

  @column()
  declare scriptRevision: number | null

  @column()
  declare kind: BulkRunKind

  @column()
  declare action: ReadyActionName | null

  @column()
  declare title: string

  /** What runs, encrypted; `openWork` opens it. */
  @sealed({ purpose: BULK_RUN_WORK })
  declare work: string

  /** Secret parameters until the end, encrypted; `openSecrets` opens them. */
  @sealed({ purpose: BULK_RUN_SECRETS })
  declare secretValues: string | null

  /** What was given for the parameters, secrets left out. */
  @json()
  declare parameters: GivenParameter[]

  @column()
  declare runAs: RunAs

  @column()
  declare runAsUser: string | null

  @column()
  declare timeoutSeconds: number

  @column()
  declare concurrency: number

  @column()
  declare canary: number

  @column()
  declare waveSize: number

  @column()
  declare stopAfter: number

  @column()
  declare state: BulkRunState

  @column()
  declare stopReason: StopReason | null

  /** Of the form that asked for it. */
  @column({ serializeAs: null })
  declare requestKey: string

  @moment()
  declare cancelRequestedAt: DateTime | null

  @moment()
  declare startedAt: DateTime | null

  @moment()
  declare finishedAt: DateTime | null

  @hasMany(() => BulkRunTarget)
  declare targets: HasMany<typeof BulkRunTarget>

  @belongsTo(() => User, { foreignKey: 'createdBy' })
  declare creator: BelongsTo<typeof User>

  @belongsTo(() => Script)
  declare script: BelongsTo<typeof Script>

  get isOpen() {
    return this.state === 'running'
  }

  get pace(): Pace {
    const { canary, waveSize, concurrency, stopAfter } = this
    return { canary, waveSize, concurrency, stopAfter }
  }

  get look(): Look {
    return this.isOpen && this.cancelRequestedAt
      ? { label: 'Cancelling', tone: 'warning' }
      : bulkRunLooks[this.state]
  }

  get readyAction() {
    return isReadyActionName(this.action) ? readyActions[this.action] : null
  }

  /** What kind of run it makes on each server. */
  get runKind() {
    if (this.kind !== 'action') return 'script.run'
    return this.action === 'reboot' ? 'server.reboot' : 'server.action'
  }

  /** As activity names it. */
  get asSubject() {
    return { type: 'bulk_run', id: this.id, name: this.title }
  }
}
