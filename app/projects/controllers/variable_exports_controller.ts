import type { HttpContext } from '@adonisjs/core/http'
import { recordActivity } from '#app/activity/record_activity'
import { formatDotenv } from '#app/projects/dotenv'
import Project from '#app/projects/models/project'
import ProjectVariable from '#app/projects/models/project_variable'

/**
 * A project's variables as a `.env` file. Of secret ones it holds the names alone.
 */
export default class VariableExportsController {
  async show({ scope, params, response }: HttpContext) {
    const project = await Project.within(scope).where('id', params.id).firstOrFail()
    const variables = await ProjectVariable.within(scope)
      .where('project_id', project.id)
      .orderBy('key')
    await recordActivity(scope.origin, { action: 'variable.exported', subject: project.asSubject })
    const lines = variables.map(({ key, shownValue }) =>
      shownValue === null ? `# ${key} is secret` : formatDotenv(key, shownValue)
    )
    response.header('Content-Type', 'text/plain; charset=utf-8')
    response.header('Content-Disposition', `attachment; filename="${project.slug}.env"`)
    return response.send(lines.map((line) => `${line}\n`).join(''))
  }
}
