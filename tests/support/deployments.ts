import db from '@adonisjs/lucid/services/db'
import Deployment from '#app/deployments/models/deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
import type { PlaceState } from '#app/deployments/states'
import type Run from '#app/runs/models/run'
import Server from '#app/servers/models/server'

type Values = Partial<Deployment> &
  Pick<Deployment, 'teamId' | 'projectId' | 'releaseId' | 'state'> & { run: Run | null }

/**
 * A deployment on one server, with its run; without a run, one that has not begun.
 */
export async function deploymentBy({ run, ...values }: Values): Promise<Deployment> {
  const deployment = await Deployment.create({
    createdBy: null,
    cause: 'person',
    kind: 'deploy',
    title: run?.title ?? 'Deploy',
    rollout: null,
    phase: null,
    activeProjectId: null,
    fence: 0,
    ...values,
  })
  if (!run) return deployment
  const state: Record<string, PlaceState> = { active: 'running', partial: 'failed' }
  const server = await Server.acrossTeams().where('id', run.serverId).firstOrFail()
  await DeploymentRun.create({
    teamId: values.teamId,
    deploymentId: deployment.id,
    position: 0,
    serverId: server.id,
    serverName: server.name,
    role: 'web',
    appPort: 20_000,
    runId: run.id,
    state: state[values.state] ?? (values.state as PlaceState),
    returns: false,
  })
  return deployment
}

/** The rows of a deployment's servers in order. */
export function placesOfDeployment({ id }: Deployment): Promise<DeploymentRun[]> {
  return DeploymentRun.acrossTeams().where('deployment_id', id).orderBy('position')
}

/** The run of a deployment on one server. */
export async function runIdOf(deployment: Deployment): Promise<string> {
  const [{ runId }] = await placesOfDeployment(deployment)
  return runId!
}

/** Says that every server of a project keeps these releases. */
export async function keepOnAll(projectId: string, releaseIds: readonly string[]): Promise<void> {
  const placements = await db.from('placements').where('project_id', projectId).select('id')
  const rows = placements.flatMap(({ id }) =>
    releaseIds.map((releaseId) => ({ placement_id: id, release_id: releaseId }))
  )
  await db.table('placement_releases').multiInsert(rows)
}
