import type Deployment from '#app/deployments/models/deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
import RunStep from '#app/runs/models/run_step'

/** A deployment on one server as pages and streams show it. Moments are ISO 8601. */
export interface LivePlace {
  id: string
  name: string
  role: string
  runId: string | null
  label: string
  tone: string
  note: string | null
  steps: LiveStep[]
}

export interface LiveStep {
  name: string
  title: string
  state: string
  startedAt: string | null
  finishedAt: string | null
}

/**
 * The servers of a deployment in order, each with the steps of its run.
 */
export async function livePlaces(deployment: Pick<Deployment, 'id'>): Promise<LivePlace[]> {
  const rows = await DeploymentRun.acrossTeams()
    .where('deployment_id', deployment.id)
    .preload('run', (run) => run.select('id', 'state', 'unreachableSince', 'cancelRequestedAt'))
    .orderBy('position')
  const steps = await RunStep.query()
    .whereIn(
      'run_id',
      rows.flatMap(({ runId }) => runId ?? [])
    )
    .orderBy('position')
  const ofRun = Map.groupBy(steps, ({ runId }) => runId)
  return rows.map((row) => ({
    id: row.id,
    name: row.serverName,
    role: row.role,
    runId: row.runId,
    ...lookOf(row),
    note: row.note,
    steps: (ofRun.get(row.runId ?? '') ?? []).map((step) => ({
      name: step.name,
      title: step.title,
      state: step.state,
      startedAt: step.startedAt?.toISO() ?? null,
      finishedAt: step.finishedAt?.toISO() ?? null,
    })),
  }))
}

function lookOf({ state, returns, run, label, tone }: DeploymentRun) {
  if (state === 'running' && run?.unreachableSince) return { label: 'Silent', tone: 'warning' }
  if (state === 'running' && returns) return { label: 'Going back', tone: 'warning' }
  return { label, tone }
}
