import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { isCommit } from '#engine/system/grammar'
import type Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'

/**
 * Writes down, once, which commit the release is made of, and the words of one of which nothing but
 * its hash was known. The first server to say so decides it for the others.
 *
 * @param results what a run announced
 */
export async function noteCommit(
  { teamId, releaseId }: Deployment,
  results: Record<string, string>,
  trx: TransactionClientContract
): Promise<void> {
  if (!isCommit(results.commit)) return
  await Release.within({ teamId }, { client: trx })
    .where('id', releaseId)
    .where((release) =>
      release
        .whereNull('commit')
        .orWhere((agreed) => agreed.where('commit', results.commit).whereNull('commit_subject'))
    )
    .update({
      commit: results.commit,
      commit_author: results.author?.slice(0, 120) ?? null,
      commit_subject: results.subject?.slice(0, 200) ?? null,
      updated_at: Date.now(),
    })
}
