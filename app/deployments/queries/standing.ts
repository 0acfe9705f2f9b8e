import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Release from '#app/deployments/models/release'
import DeploymentRun from '#app/deployments/models/deployment_run'
import type Deployment from '#app/deployments/models/deployment'
import type { Place, Standing } from '#app/deployments/decide'
import RunStep from '#app/runs/models/run_step'

/** The columns of runs that decisions need: a run's row holds its compiled script, which is long. */
const COLUMNS = ['id', 'teamId', 'fence', 'state', 'unreachableSince', 'results', 'outcome']

/**
 * A deployment on its servers in order, each with its run.
 */
export function placesOf(
  deployment: Pick<Deployment, 'id'>,
  client?: TransactionClientContract
): Promise<DeploymentRun[]> {
  return DeploymentRun.acrossTeams({ client })
    .where('deployment_id', deployment.id)
    .preload('run', (run) => run.select(COLUMNS))
    .orderBy('position')
}

/**
 * Where a deployment stands. Which barrier a run waits at, its steps say.
 *
 * @param deployment with its project
 */
export async function standingOf(
  deployment: Deployment,
  rows: readonly DeploymentRun[],
  client?: TransactionClientContract
): Promise<Standing> {
  const { project } = deployment
  const ids = rows.flatMap(({ runId }) => runId ?? [])
  const steps = await RunStep.query({ client })
    .whereIn('run_id', ids)
    .whereIn('name', ['ready', 'commit'])
    .where('state', 'running')
    .select('run_id', 'name')
  const barriers = new Map(steps.map((step) => [step.runId, step.name as 'ready' | 'commit']))
  const release = await Release.acrossTeams({ client })
    .where('id', deployment.releaseId)
    .firstOrFail()
  return {
    rollout: deployment.rollout,
    phase: deployment.phase,
    cancelled: deployment.cancelRequestedAt !== null,
    commitKnown: release.commit !== null,
    batch: project.rollingBatch,
    onFailure: project.rollingFailure,
    places: rows.map((row) => placeOf(deployment, row, barriers.get(row.runId ?? '') ?? null)),
  }
}

function placeOf(deployment: Deployment, row: DeploymentRun, at: Place['at']): Place {
  const since = [
    row.run?.unreachableSince?.toMillis(),
    // What nobody could tell it for so long it will not hear soon.
    row.told === deployment.phase || deployment.phase === 'build'
      ? undefined
      : deployment.phaseAt?.toMillis(),
  ].filter((moment) => moment !== undefined)
  return {
    position: row.position,
    name: row.serverName,
    state: row.state,
    note: row.note,
    at,
    silentMs: since.length === 0 ? 0 : Math.max(1, Date.now() - Math.min(...since)),
    returns: row.returns,
    canReturn: row.formerReleaseId !== null,
  }
}
