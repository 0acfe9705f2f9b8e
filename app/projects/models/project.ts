import { belongsTo, column, hasMany } from '@adonisjs/lucid/orm'
import type { BelongsTo, HasMany } from '@adonisjs/lucid/types/relations'
import type { Secret } from '#engine/shell/secret'
import { json, secret } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import ProjectProcess from '#app/projects/models/project_process'
import ProjectVariable from '#app/projects/models/project_variable'
import Server from '#app/servers/models/server'

export const runtimes = ['static', 'php', 'process'] as const
export type Runtime = (typeof runtimes)[number]

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

  @column()
  declare branch: string

  @column()
  declare runtime: Runtime

  @column()
  declare buildCommands: string | null

  @column()
  declare startCommand: string | null

  @column()
  declare publicDirectory: string | null

  /** Whether processes and their commands are those of the form or of the release's Procfile. */
  @column()
  declare processesFrom: 'form' | 'procfile'

  @column()
  declare phpVersion: string | null

  /** Whether php files beside the front controller are run. */
  @column()
  declare phpFiles: 'front' | 'all'

  @column()
  declare phpWorkers: number

  /** Run once a new release is sound and before it is live: migrations. */
  @column()
  declare beforeSwitch: string | null

  @column()
  declare afterSwitch: string | null

  /** Paths that all releases have in common. */
  @json()
  declare sharedDirectories: string[] | null

  @json()
  declare sharedFiles: string[] | null

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

  /** Codes and ranges that a healthy answer may have, such as `200-399`. */
  @column()
  declare healthCodes: string

  @column()
  declare healthText: string | null

  /** Longest wait for one answer. */
  @column()
  declare healthAnswerSeconds: number

  /** What was decided about the site as somebody edited it by hand on the server. */
  @json()
  declare editedSite: { act: 'keep' | 'overwrite'; checksum: string } | null

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

  @hasMany(() => ProjectProcess)
  declare processes: HasMany<typeof ProjectProcess>

  /** Where people reach it, when its domain points at the server. */
  get url() {
    return `http://${this.domain}${this.listenPort === 80 ? '' : `:${this.listenPort}`}`
  }

  /** How it is served, in words. */
  get runtimeLabel() {
    if (this.runtime === 'php') return `PHP ${this.phpVersion ?? ''}`.trim()
    return this.runtime === 'process' ? 'Process' : 'Static files'
  }

  get unixUser() {
    return `muster-${this.slug}`
  }

  /** As activity names it. */
  get asSubject() {
    return { type: 'project', id: this.id, name: this.name }
  }
}
