import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { PHASES } from '#engine/deploy/failure_phases'
import { aftermathOf } from '#app/deployments/aftermath'
import type Deployment from '#app/deployments/models/deployment'
import type DeploymentRun from '#app/deployments/models/deployment_run'
import type Release from '#app/deployments/models/release'
import type { DeploymentState } from '#app/deployments/states'
import { notify } from '#app/notifications/notify'
import { serverNames } from '#app/projects/server_names'
import Project from '#app/projects/models/project'
import Run from '#app/runs/models/run'
import { peopleWho } from '#app/teams/queries/people_who'
import User from '#app/users/models/user'

/** What people are told of when it happens. A person who cancelled knows. */
const TITLES: Partial<Record<DeploymentState, (project: string) => string>> = {
  rolled_back: (project) => `${project} went back to what was live before`,
  failed: (project) => `${project} was not deployed`,
  lost: (project) => `${project}: a deployment was lost sight of`,
  partial: (project) => `Critical: ${project} differs by server`,
}

/** So many reasons are told; the page has all. */
const MOST_REASONS = 5

/** Where a server only waited for others. */
const BARRIERS = [PHASES.ready.title, PHASES.commit.title]

/**
 * Has those who may deploy a project told of a deployment that did not go well, and what is live
 * since. Nothing without a mail server: the pages say it, too.
 *
 * @param deployment as it ended, with its project
 */
export async function tellOfEnd(
  deployment: Deployment,
  release: Release,
  rows: readonly DeploymentRun[],
  trx: TransactionClientContract
): Promise<void> {
  const { id, teamId, project } = deployment
  const title = titleOf(deployment)
  if (title === null) return
  const aftermath = aftermathOf(rows)
  await notify(
    {
      ...{ teamId, title, subject: { type: 'deployment', id }, event: 'ended' },
      ability: 'projects.deploy',
      paragraphs: [
        await headOf(deployment, release, rows, trx),
        outcomeOf(deployment, rows, aftermath),
        ...(aftermath ? [aftermath] : []),
        ...(await reasonsOf(rows, trx)),
      ],
      link: { label: 'See the deployment', path: `/projects/${project.id}/deployments/${id}` },
    },
    await toldPeople(deployment, trx),
    trx
  )
}

/** Those who may deploy the project and want to hear of it. */
async function toldPeople(
  { teamId, projectId, critical }: Deployment,
  trx: TransactionClientContract
): Promise<string[]> {
  const told: string[] = []
  for (const { user, scope } of await peopleWho('projects.deploy', teamId, trx)) {
    const wants =
      user.mailedDeployments === 'failed' || (critical && user.mailedDeployments === 'critical')
    const sees = () => Project.within(scope, { client: trx }).where('id', projectId).first()
    if (wants && (scope.restriction === null || (await sees()))) told.push(user.id)
  }
  return told
}

function titleOf({ state, critical, project }: Deployment): string | null {
  if (critical && state !== 'partial') return `Critical: ${project.name} may not answer well`
  return TITLES[state]?.(project.name) ?? null
}

async function headOf(
  { title, cause, causedBy, createdBy }: Deployment,
  { shortCommit, commitSubject }: Release,
  rows: readonly DeploymentRun[],
  trx: TransactionClientContract
): Promise<string> {
  const creator = createdBy && (await User.find(createdBy, { client: trx }))
  const by = {
    person: creator ? creator.fullName : null,
    token: `the API token ${causedBy}`,
    webhook: `a push of ${causedBy ?? 'someone'}`,
    variables: creator ? `changed variables of ${creator.fullName}` : 'changed variables',
  }[cause]
  const commit = shortCommit && `commit ${shortCommit}${commitSubject ? ` “${commitSubject}”` : ''}`
  const servers = `on ${serverNames(rows.map(({ serverName }) => serverName))}`
  return [title, commit, servers, by && `by ${by}`].filter(Boolean).join(', ').concat('.')
}

/** What is live since, as far as the panel knows; where what was before is not well, that says it. */
function outcomeOf(
  { state, stopReason }: Deployment,
  rows: readonly DeploymentRun[],
  aftermath: string | null
): string {
  const because = stopReason ? ` It was stopped because ${stopReason}.` : ''
  if (state === 'lost' || rows.some((row) => row.state === 'lost')) {
    return `The panel does not know how it ended everywhere, nor what is live there.${because}`
  }
  if (state === 'partial') {
    return `The servers serve different releases now. Mend what failed and deploy again: that brings all of them to one release.${because}`
  }
  const ended = state === 'cancelled' ? 'It was cancelled.' : 'It did not go through.'
  if (aftermath) return `${ended}${because}`
  return rows.some(({ formerReleaseId }) => formerReleaseId)
    ? `${ended}${because} What was live before it is live.`
    : `${ended}${because} Nothing was live before it.`
}

/** Why, of the servers where it failed by itself: by name where there are several. */
async function reasonsOf(rows: readonly DeploymentRun[], trx: TransactionClientContract) {
  const own = rows.filter(
    ({ state, failedStep }) =>
      ['failed', 'rolled_back', 'lost'].includes(state) && !BARRIERS.includes(failedStep ?? '')
  )
  const runs = await Run.acrossTeams({ client: trx })
    .whereIn(
      'id',
      own.flatMap(({ runId }) => runId ?? [])
    )
    .select('id', 'failure')
  const failures = new Map(runs.map(({ id, failure }) => [id, failure]))
  return own
    .flatMap(({ runId, serverName }) => {
      const failure = failures.get(runId ?? '')
      if (!failure) return []
      const where = rows.length > 1 ? `${serverName}, ` : ''
      return [`${where}${failure.phase}: ${failure.reason} ${failure.next}`]
    })
    .slice(0, MOST_REASONS)
}
