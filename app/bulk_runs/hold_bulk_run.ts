import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import BulkRun from '#app/bulk_runs/models/bulk_run'

/**
 * Makes what is decided about a bulk run happen one after another: whoever else asks for the same
 * one waits until the transaction ends. The write comes before any read, so that what is read next
 * is what the one before left.
 *
 * @returns the bulk run as it is now, or null when it is gone
 */
export async function holdBulkRun(
  id: string,
  trx: TransactionClientContract
): Promise<BulkRun | null> {
  await trx.from('bulk_runs').where('id', id).increment('updated_at', 0)
  return BulkRun.acrossTeams({ client: trx }).where('id', id).first()
}
