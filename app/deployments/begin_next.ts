import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Deployment from '#app/deployments/models/deployment'
import type Release from '#app/deployments/models/release'
import type Project from '#app/projects/models/project'
import CreateRun from '#app/runs/actions/create_run'

/**
 * Begins the deployment of a project that has waited longest, when none is active. Rows alone
 * decide, so that anyone may call it at any time, holding the project (`holdProject`).
 *
 * @returns the deployment that begins, or null
 */
export async function beginNext(
  project: Project,
  trx: TransactionClientContract
): Promise<Deployment | null> {
  const of = () => Deployment.within(project, { client: trx }).where('project_id', project.id)
  if (await of().where('active_project_id', project.id).first()) return null
  const next = await of()
    .where('state', 'waiting')
    .preload('release')
    .orderBy('created_at')
    .orderBy('id')
    .first()
  if (!next) return null
  if (next.kind === 'deploy') await takeSettings(next.release, project, trx)
  const { id: projectId, server } = project
  const { kind, title, releaseId, createdBy } = next
  const run = await new CreateRun().handle(
    { teamId: project.teamId, userId: createdBy },
    {
      ...{ server, projectId, title, kind: 'deployment' },
      input: { projectId, releaseId, kind },
      deadlineSeconds: project.deadlineMinutes * 60,
    },
    trx
  )
  next.useTransaction(trx).merge({ state: 'active', activeProjectId: projectId, runId: run.id })
  await next.save()
  return next
}

/** A release is built as the project's settings are when it begins. */
async function takeSettings(release: Release, project: Project, trx: TransactionClientContract) {
  const { runtime, publicDirectory } = project
  await release.useTransaction(trx).merge({ runtime, publicDirectory }).save()
}
