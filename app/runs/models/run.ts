import { DateTime } from 'luxon'
import { belongsTo, column, hasMany } from '@adonisjs/lucid/orm'
import type { BelongsTo, HasMany } from '@adonisjs/lucid/types/relations'
import { json, moment, sealed } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import { lookOfRun, openRunStates, type RunFailure, type RunState } from '#app/runs/states'
import RunStep from '#app/runs/models/run_step'
import Server from '#app/servers/models/server'
import User from '#app/users/models/user'

/** What the script of a run is encrypted for. */
export const COMPILED_RUN = 'compiled run'

/**
 * One recorded piece of work on one server. The row is the truth about it: who works on it
 * (`leaseOwner` until `leaseUntil`), under which `fence`, and how it ended.
 */
export default class Run extends TenantModel {
  static table = 'runs'

  static restrict(query: RestrictedQuery, { serverIds, projectIds }: Restriction) {
    query.whereIn('runs.server_id', [...serverIds]).orWhereIn('runs.project_id', [...projectIds])
  }

  @column()
  declare serverId: string

  /** The project it is about, when it is about one. */
  @column()
  declare projectId: string | null

  @column()
  declare createdBy: string | null

  /** Which handler knows what to do: `server.prepare`, `deployment`. */
  @column()
  declare kind: string

  @column()
  declare title: string

  @json()
  declare input: Record<string, unknown>

  /** Frames the steps in the server's log, so that no output can pass for one. */
  @column({ serializeAs: null })
  declare nonce: string

  /** The script and its secrets while the run is open, encrypted; `compiledRun` opens it. */
  @sealed({ purpose: COMPILED_RUN })
  declare compiled: string | null

  @column()
  declare state: RunState

  @column()
  declare exitCode: number | null

  /** What the script called its end, when it got so far. */
  @column()
  declare outcome: string | null

  /** Values the work announced, such as the resolved commit. */
  @json()
  declare results: Record<string, string>

  @json()
  declare failure: RunFailure | null

  @column()
  declare deadlineSeconds: number

  @column()
  declare leaseOwner: string | null

  @moment()
  declare leaseUntil: DateTime | null

  @column()
  declare fence: number

  @column()
  declare attempt: number

  @column()
  declare logSize: number

  /** The log reached its cap on the server: it does not hold everything. */
  @column({ consume: Boolean })
  declare logTruncated: boolean

  @column()
  declare remoteCheckpoint: number

  @column()
  declare logCheckpoint: number

  @moment()
  declare unreachableSince: DateTime | null

  @moment()
  declare cancelRequestedAt: DateTime | null

  /** When its server said that no process of it is left, after it was cancelled. */
  @moment()
  declare provenGoneAt: DateTime | null

  @moment()
  declare startedAt: DateTime | null

  @moment()
  declare finishedAt: DateTime | null

  /** When the stored log was removed because of its age. */
  @moment()
  declare logRemovedAt: DateTime | null

  @belongsTo(() => Server)
  declare server: BelongsTo<typeof Server>

  @belongsTo(() => User, { foreignKey: 'createdBy' })
  declare creator: BelongsTo<typeof User>

  @hasMany(() => RunStep)
  declare steps: HasMany<typeof RunStep>

  get isOpen() {
    return openRunStates.includes(this.state)
  }

  get isCancelling() {
    return this.isOpen && this.cancelRequestedAt !== null
  }

  /** How many days after the end the log was removed; null while it is there. */
  get logLastedDays() {
    if (!this.logRemovedAt || !this.finishedAt) return null
    return Math.floor(this.logRemovedAt.diff(this.finishedAt, 'days').days)
  }

  get look() {
    return lookOfRun(this.state, this.cancelRequestedAt !== null)
  }

  get label() {
    return this.look.label
  }

  get tone() {
    return this.look.tone
  }
}
