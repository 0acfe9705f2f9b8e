import { column, hasMany } from '@adonisjs/lucid/orm'
import type { HasMany } from '@adonisjs/lucid/types/relations'
import type { Secret } from '#engine/shell/secret'
import { json, secret } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import Placement from '#app/projects/models/placement'
import ProjectProcess from '#app/projects/models/project_process'
import ProjectVariable from '#app/projects/models/project_variable'
import { serverNames } from '#app/projects/server_names'
import { siteUrl } from '#app/projects/site_url'
import type Server from '#app/servers/models/server'

export const runtimes = ['static', 'php', 'process'] as const
export type Runtime = (typeof runtimes)[number]

export const rollouts = ['together', 'rolling'] as const

/** How a release goes over many servers: all switch at once, or some after others. */
export type Rollout = (typeof rollouts)[number]

export const rollingFailures = ['stay', 'return'] as const

/** What becomes of the servers that are done when one fails in a rolling deployment. */
export type RollingFailure = (typeof rollingFailures)[number]

/**
 * What becomes of deployments that wait for the active one: only the newest is kept, or each has
 * its turn.
 */
export const queuePolicies = ['latest', 'every'] as const
export type QueuePolicy = (typeof queuePolicies)[number]

/** How long a deployment may be allowed to take, in minutes. */
export const MOST_DEADLINE_MINUTES = 24 * 60
export const refKinds = ['branch', 'tag'] as const
export type RefKind = (typeof refKinds)[number]

/**
 * Something deployed: a repository and branch, how it runs, and where it is served.
 */
export default class Project extends TenantModel {
  static table = 'projects'

  static restrict(query: RestrictedQuery, { serverIds, projectIds }: Restriction) {
    query.whereIn('projects.id', [...projectIds]).orWhereIn(
      'projects.id',
      Placement.acrossTeams()
        .select('project_id')
        .whereIn('server_id', [...serverIds])
    )
  }

  /** Ids of the projects that a restriction lets one see, as a part of another query. */
  static idsWithin(restriction: Restriction) {
    return Project.acrossTeams()
      .select('projects.id')
      .where((visible) => Project.restrict(visible, restriction))
  }

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

  @column()
  declare keepReleases: number

  @column()
  declare queuePolicy: QueuePolicy

  /** How long a deployment may take. */
  @column()
  declare deadlineMinutes: number

  @secret({ purpose: 'project deploy key' })
  declare deployKey: Secret | null

  @column()
  declare deployPublicKey: string | null

  @column()
  declare liveReleaseId: string | null

  @column()
  declare rollout: Rollout

  /** How many servers at a time take a release in a rolling deployment. */
  @column()
  declare rollingBatch: number

  @column()
  declare rollingFailure: RollingFailure

  @hasMany(() => Placement)
  declare placements: HasMany<typeof Placement>

  @hasMany(() => ProjectVariable)
  declare variables: HasMany<typeof ProjectVariable>

  @hasMany(() => ProjectProcess)
  declare processes: HasMany<typeof ProjectProcess>

  /** Where people reach it, when its domain points at the server. */
  get url() {
    return siteUrl(this)
  }

  /** Its servers by name, when its placements are loaded with them. */
  get servers(): Server[] {
    return this.placements
      .map(({ server }) => server)
      .sort((one, other) => one.name.localeCompare(other.name, 'en'))
  }

  /** Their names as a part of a sentence. */
  get serverWords() {
    return serverNames(this.servers.map(({ name }) => name))
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
