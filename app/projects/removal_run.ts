import { planRemoval } from '#engine/deploy/remove_project'
import { compileScript, outlineOf } from '#engine/detached/script'
import { systemOrigin } from '#app/activity/origin'
import { forgetProject } from '#app/projects/forget_project'
import Placement from '#app/projects/models/placement'
import Project from '#app/projects/models/project'
import type Run from '#app/runs/models/run'
import type { RunHandler } from '#app/runs/run_handler'

/**
 * Runs that take a project off one of its servers. With the last of them that succeeds the project is
 * gone here, too; where one did not, it is still there and may be removed again.
 */
export const removalOfProjectRun: RunHandler = {
  kind: 'project.removal',
  label: 'Removals of projects',

  async compile(run) {
    const { id, slug, unixUser } = await projectOf(run).firstOrFail()
    const steps = planRemoval({ id, slug, unixUser })
    return {
      body: compileScript(steps, { nonce: run.nonce }),
      steps: outlineOf(steps),
      secrets: [],
    }
  },

  async settle(run, end, trx) {
    if (end.state !== 'succeeded') return
    // One after the other, so that the last of them knows that it is.
    await trx
      .from('projects')
      .where('id', run.projectId ?? '')
      .increment('updated_at', 0)
    const project = await projectOf(run).useTransaction(trx).first()
    const deploying = trx
      .from('deployments')
      .where('active_project_id', project?.id ?? '')
      .first()
    // Deployed again meanwhile: then it is on the server again, and stays here.
    if (!project || (await deploying)) return
    const placements = () => Placement.within(run, { client: trx }).where('project_id', project.id)
    await placements().where('server_id', run.serverId).delete()
    if (!(await placements().first())) await forgetProject(systemOrigin(run.teamId), project, trx)
  },
}

function projectOf(run: Run) {
  return Project.within(run).where('id', (run.input as { projectId: string }).projectId)
}
