import { DateTime } from 'luxon'
import { column } from '@adonisjs/lucid/orm'
import { json, moment } from '#app/core/database/columns'
import type { Runtime } from '#app/projects/models/project'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import Project from '#app/projects/models/project'
import { shortCommitOf } from '#app/deployments/short_commit'

export type ReleaseSettings = Pick<
  Project,
  | 'healthPath'
  | 'healthTimeoutSeconds'
  | 'healthCodes'
  | 'healthText'
  | 'healthAnswerSeconds'
  | 'phpVersion'
  | 'phpFiles'
>

/**
 * `building` until its first deployment ends; `good` once it was live; `bad` when it never got
 * there; `removed` when retention took it off the server.
 */
export type ReleaseState = 'building' | 'good' | 'bad' | 'removed'

/**
 * One sealed directory of a project on its server, tied to a commit.
 */
export default class Release extends TenantModel {
  static table = 'releases'

  static restrict(query: RestrictedQuery, restriction: Restriction) {
    query.whereIn('releases.project_id', Project.idsWithin(restriction))
  }

  @column()
  declare projectId: string

  @column()
  declare state: ReleaseState

  /** The branch or tag it was made of; null where nobody wrote it down. */
  @column()
  declare branch: string | null

  @column()
  declare commit: string | null

  @column()
  declare commitSubject: string | null

  @column()
  declare commitAuthor: string | null

  /** How it was built to be served, whatever the project's settings say by now. */
  @column()
  declare runtime: Runtime | null

  @column()
  declare publicDirectory: string | null

  /** Further settings it was built with, which going back to it goes back to. */
  @json()
  declare settings: ReleaseSettings | null

  @moment()
  declare liveAt: DateTime | null

  get shortCommit() {
    return shortCommitOf(this.commit)
  }
}
