import type { CauseKind } from '#app/deployments/cause'
import Deployment from '#app/deployments/models/deployment'
import { deploymentStateLooks, type DeploymentState } from '#app/deployments/states'
import { shortCommitOf } from '#app/deployments/short_commit'
import { unconfirmedHosts } from '#app/projects/git_hosts'
import Placement from '#app/projects/models/placement'
import { siteUrl } from '#app/projects/site_url'
import type { Scope } from '#app/teams/scope'

/** A project as the list reads it, with its live release and the id of its latest deployment. */
export interface ProjectRow {
  id: string
  name: string
  repository_url: string
  branch: string
  domain: string
  listen_port: number
  live_release_id: string | null
  live_commit: string | null
  live_subject: string | null
  latest_id: string | null
}

interface PlacementRow {
  project_id: string
  server_id: string
  server_name: string
  prepared_at: number | null
  live_release_id: string | null
  answer_status: number | null
  answer_ms: number | null
  answered_at: number | null
}

interface DeploymentRow {
  id: string
  release_id: string
  state: DeploymentState
  critical: number | boolean
  cause: CauseKind
  caused_by: string | null
  created_at: number
  commit: string | null
  full_name: string | null
}

/**
 * Projects as the list shows them: each with its servers, its latest deployment, its live release,
 * how that answered when it went live, and whether a deployment can be asked for.
 */
export async function projectLines(scope: Scope, rows: readonly ProjectRow[]) {
  const placements = await placementsOf(scope, rows)
  const deployments = await deploymentsOf(scope, rows)
  const unconfirmed = await unconfirmedHosts(
    rows.map((row) => ({ id: row.id, teamId: scope.teamId, repositoryUrl: row.repository_url }))
  )
  return rows.map((row) => {
    const own = placements.get(row.id) ?? []
    return {
      project: {
        ...{ id: row.id, name: row.name, branch: row.branch },
        url: siteUrl({ domain: row.domain, listenPort: row.listen_port }),
        liveReleaseId: row.live_release_id,
        servers: own.map((each) => ({ id: each.server_id, name: each.server_name })),
      },
      deployment: deployments.get(row.latest_id ?? '') ?? null,
      liveRelease: row.live_release_id && {
        shortCommit: shortCommitOf(row.live_commit),
        commitSubject: row.live_subject,
      },
      answer: answerOf({
        liveReleaseId: row.live_release_id,
        placements: own.map((each) => ({
          ...{ liveReleaseId: each.live_release_id, answerStatus: each.answer_status },
          answerMs: each.answer_ms,
          answeredAt: each.answered_at === null ? null : Number(each.answered_at),
        })),
      }),
      canDeploy: !unconfirmed.has(row.id) && own.every((each) => each.prepared_at !== null),
    }
  })
}

/** Where the projects are, by project, servers by name. Who sees a project sees all of its places. */
async function placementsOf({ teamId }: Scope, rows: readonly ProjectRow[]) {
  const placements = await Placement.within({ teamId })
    .join('servers', 'servers.id', 'placements.server_id')
    .whereIn(
      'placements.project_id',
      rows.map(({ id }) => id)
    )
    .select(
      ...['project_id', 'server_id', 'live_release_id', 'answer_status', 'answer_ms'].map(
        (column) => `placements.${column}`
      )
    )
    .select('placements.answered_at', 'servers.name as server_name', 'servers.prepared_at')
    .pojo<PlacementRow>()
  placements.sort((one, other) => one.server_name.localeCompare(other.server_name, 'en'))
  return Map.groupBy(placements, (placement) => placement.project_id)
}

/** The latest deployments of the projects, by their ids. */
async function deploymentsOf({ teamId }: Scope, rows: readonly ProjectRow[]) {
  const deployments = await Deployment.within({ teamId })
    .join('releases', 'releases.id', 'deployments.release_id')
    .leftJoin('users', 'users.id', 'deployments.created_by')
    .whereIn(
      'deployments.id',
      rows.flatMap(({ latest_id: id }) => id ?? [])
    )
    .select(
      ...['id', 'release_id', 'state', 'critical', 'cause', 'caused_by', 'created_at'].map(
        (column) => `deployments.${column}`
      )
    )
    .select('releases.commit', 'users.full_name')
    .pojo<DeploymentRow>()
  return new Map(deployments.map((row) => [row.id, deploymentOf(row)]))
}

function deploymentOf(row: DeploymentRow) {
  return {
    ...deploymentStateLooks[row.state],
    ...(row.critical ? { tone: 'danger' } : {}),
    ...{ cause: row.cause, causedBy: row.caused_by, releaseId: row.release_id },
    createdAt: Number(row.created_at),
    shortCommit: shortCommitOf(row.commit),
    creator: row.full_name === null ? null : { fullName: row.full_name },
  }
}

/** What is known of a project's places, whoever read it: moments as they come. */
interface Answered<Moment> {
  liveReleaseId: string | null
  placements: readonly {
    liveReleaseId: string | null
    answerStatus: number | null
    answerMs: number | null
    answeredAt: Moment | null
  }[]
}

/**
 * How a project's live release answered when it went live: of several servers as the slowest.
 *
 * @param project with its placements
 */
export function answerOf<Moment>({ placements, liveReleaseId }: Answered<Moment>) {
  const answers = placements
    .filter((placement) => liveReleaseId && placement.liveReleaseId === liveReleaseId)
    .filter(({ answerStatus, answeredAt }) => answerStatus !== null && answeredAt !== null)
    .sort((one, other) => (other.answerMs ?? 0) - (one.answerMs ?? 0))
  const [slowest] = answers
  if (!slowest) return null
  const { answerStatus: status, answerMs: ms, answeredAt: at } = slowest
  return { status, ms, at }
}
