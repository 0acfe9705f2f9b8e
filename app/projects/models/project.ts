import { belongsTo, column, hasMany } from '@adonisjs/lucid/orm'
import type { BelongsTo, HasMany } from '@adonisjs/lucid/types/relations'
import type { Secret } from '#engine/shell/secret'
import { secret } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import ProjectVariable from '#app/projects/models/project_variable'
import Server from '#app/servers/models/server'

export const runtimes = ['static', 'process'] as const
export type Runtime = (typeof runtimes)[number]

export const refKinds = ['branch', 'tag'] as const
export type RefKind = (typeof refKinds)[number]

/**
 * Something deployed: a repository and branch, how it runs, and where it is served.
 */
export default class Project extends TenantModel {
  static table = 'projects'

  static restrict(query: RestrictedQuery, { serverIds, projectIds }: Restriction) {
    query.whereIn('projects.id', [...projectIds]).orWhereIn('projects.server_id', [...serverIds])
  }

  /** Ids of the projects that a restriction lets one see, as a part of another query. */
  static idsWithin(restriction: Restriction) {
    return Project.acrossTeams()
      .select('projects.id')
      .where((visible) => Project.restrict(visible, restriction))
  }

  @column()
  declare serverId: string

  @column()
  declare name: string

  /** Names the project on its server: the unix user, the directory, the units. */
  @column()
  declare slug: string

  @column()
  declare repositoryUrl: string

  /** Name of the branch or tag that is deployed. */
  @column()
  declare branch: string

  @column()
  declare refKind: RefKind

  /** The directory of the repository that is deployed; null for the whole of it. */
  @column()
  declare sourceDirectory: string | null

  /** Whose token opens a repository over https; null for one that everybody may read. */
  @column()
  declare accessUser: string | null

  @secret({ purpose: 'project access token' })
  declare accessToken: Secret | null

  @column()
  declare runtime: Runtime

  @column()
  declare buildCommands: string | null

  @column()
  declare startCommand: string | null

  @column()
  declare publicDirectory: string | null

  @column()
  declare domain: string

  @column()
  declare listenPort: number

  /** First of the two local ports that releases of a process take in turn. */
  @column()
  declare appPort: number

  @column()
  declare healthPath: string

  @column()
  declare healthTimeoutSeconds: number

  @column()
  declare keepReleases: number

  @secret({ purpose: 'project deploy key' })
  declare deployKey: Secret | null

  @column()
  declare deployPublicKey: string | null

  @column()
  declare liveReleaseId: string | null

  @belongsTo(() => Server)
  declare server: BelongsTo<typeof Server>

  @hasMany(() => ProjectVariable)
  declare variables: HasMany<typeof ProjectVariable>

  /** Where people reach it, when its domain points at the server. */
  get url() {
    return `http://${this.domain}${this.listenPort === 80 ? '' : `:${this.listenPort}`}`
  }

  get unixUser() {
    return `muster-${this.slug}`
  }

  /** As activity names it. */
  get asSubject() {
    return { type: 'project', id: this.id, name: this.name }
  }
}
