import type { HttpContext } from '@adonisjs/core/http'
import { projectView } from '#app/api/representations'
import Project from '#app/projects/models/project'

/**
 * Projects, for programs.
 */
export default class ProjectsController {
  async index({ scope }: HttpContext) {
    const projects = await Project.within(scope).preload('placements').orderBy('name').orderBy('id')
    return { projects: projects.map(projectView) }
  }

  async show({ scope, params }: HttpContext) {
    const project = await Project.within(scope)
      .where('id', params.id)
      .preload('placements')
      .firstOrFail()
    return { project: projectView(project) }
  }
}
