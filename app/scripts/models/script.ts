import { column } from '@adonisjs/lucid/orm'
import type { Secret } from '#engine/shell/secret'
import type { Interpreter } from '#engine/scripts/user_script'
import { json, secret } from '#app/core/database/columns'
import { TenantModel } from '#app/core/database/tenant_model'
import type { Parameter } from '#app/scripts/parameters'
import type { RunAs } from '#app/scripts/run_as'

/**
 * Shell text that a user saved, with parameters. Scripts belong to the whole team: restricted
 * members see them all, and run them on the servers that they see.
 */
export default class Script extends TenantModel {
  static table = 'scripts'

  static restrict() {}

  @column()
  declare createdBy: string | null

  @column()
  declare name: string

  @column()
  declare description: string | null

  @column()
  declare interpreter: Interpreter

  /** The text. People paste secrets into scripts, so it is kept as one. */
  @secret({ purpose: 'script text' })
  declare body: Secret

  @json()
  declare parameters: Parameter[]

  @column()
  declare runAs: RunAs

  /** The Unix user, where `runAs` is `user`. */
  @column()
  declare runAsUser: string | null

  @column()
  declare timeoutSeconds: number

  /** Whether a page lists the servers before it runs on them. */
  @column({ consume: Boolean })
  declare asksFirst: boolean

  /** Rises with every change of what runs. */
  @column()
  declare revision: number

  /** As activity names it. */
  get asSubject() {
    return { type: 'script', id: this.id, name: this.name }
  }
}
