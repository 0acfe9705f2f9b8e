import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { refuse } from '#app/core/exceptions/refusal'
import type Project from '#app/projects/models/project'
import { runAloneOf } from '#app/projects/runs_alone'

const ALONE = {
  'project.processes': 'Its processes are being seen to. Wait for the end of that or cancel it.',
  'project.removal': 'It is being removed already. Wait for the end of that or cancel it.',
}

/**
 * Holds a project and makes sure that it may be removed.
 *
 * @throws a refusal for the field `confirm` when the name does not match or something is under way
 */
export async function assertRemovable(
  project: Project,
  confirmedName: string,
  trx: TransactionClientContract
) {
  if (confirmedName !== project.name) {
    refuse('confirm', `Type the project's name, ${project.name}, to remove it.`)
  }
  // The write comes first: who begins a deployment waits for it.
  await trx.from('projects').where('id', project.id).increment('updated_at', 0)
  const active = await trx.from('deployments').where('active_project_id', project.id).first()
  if (active) {
    refuse('confirm', 'A deployment is under way. Wait for its end or cancel it first.')
  }
  const alone = await runAloneOf(project, trx)
  if (alone) refuse('confirm', ALONE[alone])
}
