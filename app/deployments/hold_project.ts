import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Project from '#app/projects/models/project'

/**
 * Makes what is decided about the deployments of a project happen one after another: whoever else
 * asks for the same one waits until the transaction ends. The write comes before any read, so that
 * what is read next is what the one before left.
 *
 * @returns the project as it is now, or null when it is gone
 */
export async function holdProject(
  id: string,
  trx: TransactionClientContract
): Promise<Project | null> {
  await trx.from('projects').where('id', id).increment('updated_at', 0)
  return Project.acrossTeams({ client: trx })
    .where('id', id)
    .preload('placements', (placements) => placements.preload('server'))
    .first()
}
