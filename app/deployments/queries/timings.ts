import DeploymentRun from '#app/deployments/models/deployment_run'
import type Deployment from '#app/deployments/models/deployment'
import RunStep from '#app/runs/models/run_step'

/** So many earlier ones say what is usual, and not fewer than so many. */
const COMPARED = 10
const FEWEST = 3

/** How far back a list of deployments looks for what was usual, in runs. */
const SEEN = 500

/**
 * How long a deployment took and would usually have, in milliseconds; null when not known. What did
 * not succeed is not compared: it ended where it failed.
 */
export interface Timing {
  took: number | null
  usual: number | null
}

interface Row {
  deployment_id: string
  kind: string
  server_id: string | null
  started_at: number | string | null
  finished_at: number | string | null
}

interface Span {
  id: string
  /** Only those of the same kind on the same servers are compared. */
  likeness: string
  took: number | null
}

/**
 * How long deployments of one project took on their servers, from the first that began to the last
 * that ended, each with the median of the last ten before it that succeeded on the same servers.
 */
export async function timingsOf(deployments: readonly Deployment[]): Promise<Map<string, Timing>> {
  if (deployments.length === 0) return new Map()
  const ids = deployments.map(({ id }) => id).sort()
  const own = spansOf(await runsOf(deployments[0]).whereIn('deployments.id', ids).pojo<Row>())
  const earlier = spansOf(
    await runsOf(deployments[0])
      .where('deployments.project_id', deployments[0].projectId)
      .where('deployments.state', 'live')
      .where('deployments.id', '<', ids.at(-1)!)
      .orderBy('deployments.id', 'desc')
      .limit(SEEN)
      .pojo<Row>()
  )
  const succeeded = new Set(deployments.filter(({ state }) => state === 'live').map(({ id }) => id))
  const timings = own.map(({ id, likeness, took }): [string, Timing] => {
    const alike = earlier.filter((span) => span.id < id && span.likeness === likeness)
    const times = alike.slice(0, COMPARED).flatMap((span) => span.took ?? [])
    return [id, { took, usual: succeeded.has(id) ? medianOf(times) : null }]
  })
  return new Map(timings)
}

/**
 * What each step of a deployment usually takes on one server, by its name, in milliseconds: the
 * median of the last ten before it that succeeded there. Steps that were seen too seldom are left
 * out.
 */
export async function usualSteps(
  deployment: Pick<Deployment, 'id' | 'teamId' | 'projectId' | 'kind'>,
  serverId: string | null
): Promise<Record<string, number>> {
  if (!serverId) return {}
  const runs = await DeploymentRun.within({ teamId: deployment.teamId })
    .join('deployments', 'deployments.id', 'deployment_runs.deployment_id')
    .where('deployments.project_id', deployment.projectId)
    .where('deployments.kind', deployment.kind)
    .where('deployments.id', '<', deployment.id)
    .where('deployment_runs.server_id', serverId)
    .where({ 'deployment_runs.state': 'live', 'deployment_runs.returns': false })
    .orderBy('deployments.id', 'desc')
    .limit(COMPARED)
    .select('deployment_runs.run_id')
    .pojo<{ run_id: string | null }>()
  if (runs.length < FEWEST) return {}
  const steps = await RunStep.query()
    .whereIn(
      'run_id',
      runs.flatMap(({ run_id: id }) => id ?? [])
    )
    .where('state', 'succeeded')
    .whereNotIn('name', ['ready', 'commit'])
  const usual: Record<string, number> = {}
  for (const [name, alike] of Map.groupBy(steps, (step) => step.name)) {
    const median = medianOf(alike.flatMap((step) => spanOf(step.startedAt, step.finishedAt) ?? []))
    if (median !== null) usual[name] = median
  }
  return usual
}

function runsOf({ teamId }: Deployment) {
  return DeploymentRun.within({ teamId })
    .join('deployments', 'deployments.id', 'deployment_runs.deployment_id')
    .join('runs', 'runs.id', 'deployment_runs.run_id')
    .select('deployment_runs.deployment_id', 'deployments.kind', 'deployment_runs.server_id')
    .select('runs.started_at', 'runs.finished_at')
}

function spansOf(rows: readonly Row[]): Span[] {
  const groups = Map.groupBy(rows, (row) => row.deployment_id)
  return [...groups].map(([id, runs]) => {
    const servers = runs.map((run) => run.server_id).sort()
    const known = runs.every((run) => run.started_at && run.finished_at)
    const began = Math.min(...runs.map((run) => Number(run.started_at)))
    const ended = Math.max(...runs.map((run) => Number(run.finished_at)))
    const likeness = [runs[0].kind, ...servers].join(' ')
    return { id, likeness, took: known ? ended - began : null }
  })
}

function spanOf(from: { toMillis(): number } | null, to: { toMillis(): number } | null) {
  return from && to ? to.toMillis() - from.toMillis() : null
}

/** The middle one; null for fewer than three. */
function medianOf(times: readonly number[]): number | null {
  if (times.length < FEWEST) return null
  const sorted = times.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2
}
