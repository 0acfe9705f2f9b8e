import { causeLabels, causes } from '#app/deployments/cause'
import { keepFiltered, queryOf, type DeploymentFilter } from '#app/deployments/filter'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import { timingsOf } from '#app/deployments/queries/timings'
import { deploymentStateLooks, deploymentStates } from '#app/deployments/states'
import type Project from '#app/projects/models/project'
import type { Scope } from '#app/teams/scope'
import User from '#app/users/models/user'

const PAGE_SIZE = 25

interface Asked {
  filter: DeploymentFilter
  page: number
  /** Where the days of the filter begin and end, an IANA name. */
  zone: string
}

/**
 * A page of a project's deployments, newest first. A page beyond the last is the last.
 */
export async function deploymentsOf(scope: Scope, project: Project, asked: Asked) {
  const pageOf = (page: number) => {
    const deployments = Deployment.within(scope).where('deployments.project_id', project.id)
    keepFiltered(deployments, asked.filter, asked.zone)
    return deployments
      .preload('release')
      .preload('creator')
      .preload('runs')
      .orderBy('deployments.id', 'desc')
      .paginate(page, PAGE_SIZE)
  }
  const found = await pageOf(asked.page)
  const last = Math.max(1, found.lastPage)
  return asked.page > last ? pageOf(last) : found
}

/**
 * The history of a project as its page shows it, with what it needs to be filtered further.
 */
export async function deploymentList(scope: Scope, project: Project, asked: Asked) {
  const deployments = await deploymentsOf(scope, project, asked)
  return {
    ...{ project, deployments, query: queryOf(asked.filter) },
    timings: await timingsOf(deployments.all()),
    choices: {
      states: [
        { value: 'open', label: 'Not ended' },
        ...deploymentStates.map((value) => ({ value, label: deploymentStateLooks[value].label })),
      ],
      causes: causes.map((value) => ({ value, label: causeLabels[value] })),
      people: await starters(scope, project),
      branches: await branchesOf(scope, project, asked.filter),
    },
  }
}

/** The branches and tags that were released, and the one that is asked for. */
async function branchesOf(scope: Scope, project: Project, { branch }: DeploymentFilter) {
  const rows = await Release.within(scope)
    .where('project_id', project.id)
    .whereNotNull('branch')
    .distinct('branch')
  const names = new Set(rows.map((row) => row.branch!))
  if (branch) names.add(branch)
  return [...names].sort().map((value) => ({ value, label: value }))
}

/** Who asked for deployments of the project. */
async function starters(scope: Scope, project: Project) {
  const rows = await Deployment.within(scope).where('project_id', project.id).distinct('created_by')
  const people = await User.query()
    .whereIn(
      'id',
      rows.flatMap(({ createdBy }) => createdBy ?? [])
    )
    .select('id', 'full_name')
    .orderBy('full_name')
  return people.map(({ id, fullName }) => ({ value: id, label: fullName }))
}
