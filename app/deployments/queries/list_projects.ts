import Deployment from '#app/deployments/models/deployment'
import { keepProjects, type ProjectFilter } from '#app/deployments/project_filter'
import { projectLines, type ProjectRow } from '#app/deployments/queries/project_lines'
import { deploymentStateLooks, deploymentStates } from '#app/deployments/states'
import Project from '#app/projects/models/project'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

const PAGE_SIZE = 50

/** What a line of the list shows; no keys and no settings are read for it. */
const COLUMNS = [
  ...['id', 'name', 'repository_url', 'branch', 'domain', 'listen_port', 'live_release_id'].map(
    (column) => `projects.${column}`
  ),
  ...['releases.commit as live_commit', 'releases.commit_subject as live_subject'],
]

interface Asked {
  filter?: ProjectFilter
  page?: number
  most?: number
}

/**
 * A page of the team's projects by name, each with its servers, its latest deployment, its live
 * release, how that answered when it went live, and whether a deployment can be asked for. A page
 * beyond the last is the last.
 */
export async function listProjects(
  scope: Scope,
  { filter, page = 1, most = PAGE_SIZE }: Asked = {}
) {
  const kept = () => {
    const projects = Project.within(scope)
    if (filter) keepProjects(projects, filter, scope)
    return projects
  }
  const [{ total: counted }] = await kept().count('* as total').pojo<{ total: number }>()
  const total = Number(counted)
  const lastPage = Math.max(1, Math.ceil(total / most))
  const currentPage = Math.min(page, lastPage)
  const rows = await kept()
    .leftJoin('releases', 'releases.id', 'projects.live_release_id')
    .select(COLUMNS)
    .select(latestId(scope))
    .orderBy('projects.name')
    .orderBy('projects.id')
    .offset((currentPage - 1) * most)
    .limit(most)
    .pojo<ProjectRow>()
  const paginator = { currentPage, perPage: most, total, lastPage }
  return { paginator, projects: await projectLines(scope, rows) }
}

/** The id of a project's latest deployment, as a column. */
function latestId(scope: Scope) {
  return Deployment.within({ teamId: scope.teamId })
    .whereColumn('deployments.project_id', 'projects.id')
    .max('deployments.id')
    .as('latest_id')
}

/**
 * The list of projects as its page shows it, with what it needs to be filtered further.
 */
export async function projectsPage(scope: Scope, filter: ProjectFilter, page: number) {
  const servers = await Server.within(scope)
    .select('id', 'name')
    .orderBy('name')
    .pojo<{ id: string; name: string }>()
  const query = Object.entries(filter).filter((entry): entry is [string, string] =>
    Boolean(entry[1])
  )
  return {
    ...(await listProjects(scope, { filter, page })),
    query: Object.fromEntries(query),
    choices: {
      states: [
        { value: 'open', label: 'Not ended' },
        ...deploymentStates.map((value) => ({ value, label: deploymentStateLooks[value].label })),
        { value: 'never', label: 'Never deployed' },
      ],
      servers: servers.map(({ id, name }) => ({ value: id, label: name })),
    },
  }
}
