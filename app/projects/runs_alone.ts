import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type Project from '#app/projects/models/project'

/** Kinds of runs that have a project's servers to themselves, as a deployment has. */
const KINDS = ['project.processes', 'project.removal'] as const

/**
 * What kind of run a project is left alone for until it has ended; null for none. Who goes by it
 * holds the project.
 */
export async function runAloneOf(
  { id }: Pick<Project, 'id'>,
  trx: TransactionClientContract
): Promise<(typeof KINDS)[number] | null> {
  const run = await trx
    .from('runs')
    .where('project_id', id)
    .whereIn('kind', [...KINDS])
    .whereIn('state', ['queued', 'running'])
    // A removal is told of first.
    .orderBy('kind', 'desc')
    .select('kind')
    .first()
  return run?.kind ?? null
}
