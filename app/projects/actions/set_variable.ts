import { inject } from '@adonisjs/core'
import { Secret } from '#engine/shell/secret'
import { typedLines } from '#app/core/line_breaks'
import type Project from '#app/projects/models/project'
import ProjectVariable from '#app/projects/models/project_variable'

/**
 * Sets one environment variable of a project, new or anew.
 */
@inject()
export default class SetVariable {
  async handle(project: Project, { key, value }: { key: string; value: string }) {
    const existing = await ProjectVariable.within(project)
      .where({ projectId: project.id, key })
      .first()
    const variable = existing ?? new ProjectVariable()
    await variable
      .merge({
        teamId: project.teamId,
        projectId: project.id,
        key,
        value: new Secret(typedLines(value)),
      })
      .save()
  }
}
