import { column } from '@adonisjs/lucid/orm'
import type { ProcessSettings, RestartPolicy } from '#engine/processes/settings'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import Project from '#app/projects/models/project'

/**
 * How one process of a project runs. `web` has its command in the project; with a Procfile, all
 * commands stand there.
 */
export default class ProjectProcess extends TenantModel {
  static table = 'project_processes'

  static restrict(query: RestrictedQuery, restriction: Restriction) {
    query.whereIn('project_processes.project_id', Project.idsWithin(restriction))
  }

  @column()
  declare projectId: string

  @column()
  declare name: string

  @column()
  declare command: string | null

  @column()
  declare instances: number

  @column()
  declare memoryMegabytes: number | null

  @column()
  declare cpuPercent: number | null

  @column()
  declare restart: RestartPolicy

  @column()
  declare graceSeconds: number

  /** As the engine takes it. */
  get asSettings(): ProcessSettings {
    const { name, command, instances, memoryMegabytes, cpuPercent, restart, graceSeconds } = this
    return { name, command, instances, memoryMegabytes, cpuPercent, restart, graceSeconds }
  }
}
