import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Deployment from '#app/deployments/models/deployment'

/**
 * Makes what is decided about a deployment happen one after another: whoever else asks for the same
 * one waits until the transaction ends. The project is held first, as whoever begins a deployment
 * of it does: in another order the two could wait for each other.
 *
 * @returns the deployment as it is now, with its project; null when it is gone
 */
export async function holdDeployment(
  id: string,
  trx: TransactionClientContract
): Promise<Deployment | null> {
  const row = await trx.from('deployments').where('id', id).select('project_id').first()
  if (!row) return null
  await trx.from('projects').where('id', row.project_id).increment('updated_at', 0)
  await trx.from('deployments').where('id', id).increment('updated_at', 0)
  return Deployment.acrossTeams({ client: trx }).where('id', id).preload('project').first()
}
