import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Deployment from '#app/deployments/models/deployment'
import type Project from '#app/projects/models/project'

/**
 * Ends deployments of a project that wait: they never begin, and what they would have released
 * never was.
 *
 * @param ids which of them
 * @returns those that did wait
 */
export async function endWaiting(
  project: Project,
  state: 'cancelled' | 'superseded',
  ids: readonly string[],
  trx: TransactionClientContract
): Promise<Deployment[]> {
  const waiting = await Deployment.within(project, { client: trx })
    .where({ projectId: project.id, state: 'waiting' })
    .whereIn('id', [...ids])
  const now = Date.now()
  const ended = waiting.map(({ id }) => id)
  await trx
    .from('deployments')
    .whereIn('id', ended)
    .update({ state, finished_at: now, updated_at: now })
  await trx
    .from('releases')
    .whereIn(
      'id',
      waiting.map(({ releaseId }) => releaseId)
    )
    .where('state', 'building')
    .update({ state: 'bad', updated_at: now })
  return waiting
}
