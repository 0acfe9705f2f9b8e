import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import { keepProjects, latestIds, type ProjectFilter } from '#app/deployments/project_filter'
import { deploymentStateLooks, deploymentStates } from '#app/deployments/states'
import { unconfirmedHosts } from '#app/projects/git_hosts'
import Project from '#app/projects/models/project'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

const PAGE_SIZE = 50

/** What a line of the list shows; no keys and no settings are read for it. */
const COLUMNS = [
  ...['id', 'teamId', 'name', 'slug', 'repositoryUrl', 'branch', 'domain', 'listenPort'],
  'liveReleaseId',
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
  const pageOf = (number: number) => {
    const projects = Project.within(scope)
      .select(COLUMNS)
      .preload('placements', (placements) =>
        placements.preload('server', (server) =>
          server.select('id', 'teamId', 'name', 'preparedAt')
        )
      )
    if (filter) keepProjects(projects, filter, scope)
    return projects.orderBy('projects.name').orderBy('projects.id').paginate(number, most)
  }
  const found = await pageOf(page)
  const last = Math.max(1, found.lastPage)
  const paginator = page > last ? await pageOf(last) : found
  return { paginator, projects: await rowsOf(scope, paginator.all()) }
}

/**
 * The list of projects as its page shows it, with what it needs to be filtered further.
 */
export async function projectsPage(scope: Scope, filter: ProjectFilter, page: number) {
  const servers = await Server.within(scope).select('id', 'name').orderBy('name')
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

async function rowsOf(scope: Scope, projects: readonly Project[]) {
  const ids = projects.map(({ id }) => id)
  const latest = await Deployment.within(scope)
    .whereIn('id', latestIds(scope).whereIn('project_id', ids))
    .preload('release')
    .preload('creator')
  const releases = await Release.within(scope).whereIn(
    'id',
    projects.flatMap(({ liveReleaseId }) => liveReleaseId ?? [])
  )
  const unconfirmed = await unconfirmedHosts(projects)
  const byProject = new Map(latest.map((deployment) => [deployment.projectId, deployment]))
  const byId = new Map(releases.map((release) => [release.id, release]))
  return projects.map((project) => ({
    project,
    deployment: byProject.get(project.id) ?? null,
    liveRelease: byId.get(project.liveReleaseId ?? '') ?? null,
    answer: answerOf(project),
    canDeploy:
      !unconfirmed.has(project.id) && project.servers.every((server) => server.preparedAt !== null),
  }))
}

/**
 * How a project's live release answered when it went live: of several servers as the slowest.
 *
 * @param project with its placements
 */
export function answerOf({ placements, liveReleaseId }: Project) {
  const answers = placements
    .filter((placement) => liveReleaseId && placement.liveReleaseId === liveReleaseId)
    .filter(({ answerStatus, answeredAt }) => answerStatus !== null && answeredAt !== null)
    .sort((one, other) => (other.answerMs ?? 0) - (one.answerMs ?? 0))
  const [slowest] = answers
  if (!slowest) return null
  const { answerStatus: status, answerMs: ms, answeredAt: at } = slowest
  return { status, ms, at }
}
