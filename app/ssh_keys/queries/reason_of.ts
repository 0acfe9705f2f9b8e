import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type Run from '#app/runs/models/run'
import type { RunFailure } from '#app/runs/states'

/**
 * Why a run that is being ended did not succeed, in a sentence.
 */
export async function reasonOf(run: Run, trx: TransactionClientContract): Promise<string> {
  const row = await trx.from('runs').where('id', run.id).select('failure').first()
  const failure = row?.failure ? (JSON.parse(row.failure) as RunFailure) : null
  return [failure?.reason, failure?.next].filter(Boolean).join(' ') || 'The run did not succeed.'
}
