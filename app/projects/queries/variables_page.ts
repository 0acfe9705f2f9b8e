import { historyOf } from '#app/activity/queries/history'
import Project from '#app/projects/models/project'
import ProjectVariable from '#app/projects/models/project_variable'
import type { Scope } from '#app/teams/scope'

/**
 * What the page of a project's variables shows: each with its value unless it is secret, the one
 * to be changed, and who changed which.
 *
 * @param key name of the variable that the form is for, as the address says it
 * @throws E_ROW_NOT_FOUND when the team has no such project
 */
export async function variablesPage(scope: Scope, projectId: string, key: unknown) {
  const project = await Project.within(scope).where('id', projectId).firstOrFail()
  const rows = await ProjectVariable.within(scope).where('project_id', project.id).orderBy('key')
  const variables = rows.map(({ key: name, shownValue, isSecret, updatedAt }) => ({
    ...{ key: name, value: shownValue, isSecret, updatedAt },
  }))
  return {
    project,
    variables,
    changed: variables.find((variable) => variable.key === key) ?? null,
    history: await historyOf(scope, [project.asSubject], 'variable'),
  }
}
