import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type Deployment from '#app/deployments/models/deployment'
import type DeploymentRun from '#app/deployments/models/deployment_run'
import type { DeploymentInput } from '#app/deployments/deployment_run'
import CreateRun from '#app/runs/actions/create_run'
import Server from '#app/servers/models/server'

/**
 * Makes the runs of those servers whose turn has come.
 *
 * @param deployment with its project
 */
export async function beginRuns(
  deployment: Deployment,
  rows: readonly DeploymentRun[],
  trx: TransactionClientContract
): Promise<void> {
  for (const row of rows) {
    const server = await Server.within(deployment, { client: trx })
      .where('id', row.serverId ?? '')
      .first()
    if (!server) {
      await row.useTransaction(trx).merge({ state: 'failed', note: 'was removed' }).save()
      continue
    }
    const input: DeploymentInput = {
      projectId: deployment.projectId,
      releaseId: row.returns ? row.formerReleaseId! : deployment.releaseId,
      kind: row.returns ? 'rollback' : deployment.kind,
    }
    const run = await new CreateRun().handle(
      { teamId: deployment.teamId, userId: deployment.createdBy },
      {
        server,
        projectId: deployment.projectId,
        kind: 'deployment',
        title: row.returns ? `Go back: ${deployment.title}`.slice(0, 160) : deployment.title,
        input,
        deadlineSeconds: deployment.project.deadlineMinutes * 60,
      },
      trx
    )
    await row.useTransaction(trx).merge({ state: 'running', runId: run.id }).save()
  }
}
