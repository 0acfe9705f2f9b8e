import { DateTime } from 'luxon'
import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import { json, moment } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import Server from '#app/servers/models/server'

export const placementRoles = ['web', 'worker'] as const

/** What a server does for a project: answers visitors, or only works. */
export type PlacementRole = (typeof placementRoles)[number]

/** What was decided about a site as somebody edited it by hand: of the file with this SHA-256. */
export interface EditedSiteDecision {
  act: 'keep' | 'overwrite'
  checksum: string
}

/**
 * A project on one of its servers.
 */
export default class Placement extends TenantModel {
  static table = 'placements'

  static restrict(query: RestrictedQuery, { serverIds, projectIds }: Restriction) {
    query
      .whereIn('placements.server_id', [...serverIds])
      .orWhereIn('placements.project_id', [...projectIds])
  }

  @column()
  declare projectId: string

  @column()
  declare serverId: string

  @column()
  declare role: PlacementRole

  /** First of the two local ports that releases of a process take in turn. */
  @column()
  declare appPort: number

  /** Domain and port that it answers at, unique on its server; null for a worker. */
  @column()
  declare address: string | null

  /** The release that is live there, which after a failure may be another than elsewhere. */
  @column()
  declare liveReleaseId: string | null

  /** How the site answered there when a release was last made live, and how long that took. */
  @column()
  declare answerStatus: number | null

  @column()
  declare answerMs: number | null

  @moment()
  declare answeredAt: DateTime | null

  @json()
  declare editedSite: EditedSiteDecision | null

  @belongsTo(() => Server)
  declare server: BelongsTo<typeof Server>
}

/** What visitors of a project ask for, as its servers keep it. */
export function addressOf({ domain, listenPort }: { domain: string; listenPort: number }): string {
  return `${domain}:${listenPort}`
}
