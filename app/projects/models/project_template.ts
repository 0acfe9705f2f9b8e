import { column } from '@adonisjs/lucid/orm'
import { json } from '#app/core/database/columns'
import { TenantModel } from '#app/core/database/tenant_model'
import type { TemplateSettings } from '#app/projects/templates'

/**
 * Settings that a team keeps to begin projects with. Nothing of it is a secret.
 */
export default class ProjectTemplate extends TenantModel {
  static table = 'project_templates'

  @column()
  declare createdBy: string | null

  @column()
  declare name: string

  @json()
  declare settings: TemplateSettings

  /** As activity names it. */
  get asSubject() {
    return { type: 'project_template', id: this.id, name: this.name }
  }
}
