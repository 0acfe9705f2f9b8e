import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import type { Secret } from '#engine/shell/secret'
import { secret } from '#app/core/database/columns'
import { TenantModel } from '#app/core/database/tenant_model'
import { nameOfRepository } from '#app/projects/repository_name'
import type { RefKind } from '#app/projects/models/project'
import Run from '#app/runs/models/run'
import Server from '#app/servers/models/server'

/**
 * A project before it is one: where its code comes from and which server it is for. It is gone
 * once the project is there.
 */
export default class ProjectDraft extends TenantModel {
  static table = 'project_drafts'

  @column()
  declare serverId: string

  @column()
  declare createdBy: string | null

  @column()
  declare repositoryUrl: string

  @column()
  declare refKind: RefKind

  @column()
  declare branch: string

  @column()
  declare sourceDirectory: string | null

  @column()
  declare accessUser: string | null

  @secret({ purpose: 'project draft access token' })
  declare accessToken: Secret | null

  @secret({ purpose: 'project draft deploy key' })
  declare deployKey: Secret | null

  @column()
  declare deployPublicKey: string | null

  /** The latest run that read its repository. */
  @column()
  declare readingRunId: string | null

  @belongsTo(() => Server)
  declare server: BelongsTo<typeof Server>

  @belongsTo(() => Run, { foreignKey: 'readingRunId' })
  declare reading: BelongsTo<typeof Run>

  /** What the repository is called. */
  get name() {
    return nameOfRepository(this.repositoryUrl)
  }

  /** As activity names it. */
  get asSubject() {
    return { type: 'project_draft', id: this.id, name: this.name }
  }
}
