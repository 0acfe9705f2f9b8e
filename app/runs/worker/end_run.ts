import db from '@adonisjs/lucid/services/db'
import type { RemoteError } from '#engine/ssh/errors'
import { explain, storedFailure } from '#app/runs/explain'
import { runEvents } from '#app/runs/run_events'
import { runHandlerOf, type RunEnd } from '#app/runs/run_handler'
import { tellOfLoss } from '#app/runs/tell_of_loss'
import { LeaseLostError } from '#app/runs/lease_lost_error'
import type { RunRecorder } from '#app/runs/worker/run_recorder'
import type Run from '#app/runs/models/run'

/**
 * How a run ended, as far as the worker knows.
 */
export type EndFacts = (
  | { state: 'succeeded'; exitCode: 0 }
  | { state: 'failed'; exitCode?: number; reason?: string; error?: RemoteError }
  | { state: 'timed_out'; exitCode: number }
  | {
      state: 'cancelled'
      exitCode?: number
      /** When the server said that nothing of it is left; without it, it never began. */
      provenGoneAt?: Date
    }
  | { state: 'lost'; reason: 'rebooted' | 'crashed' | 'unreachable' }
) & {
  /** The log reached its cap. */
  truncated?: boolean
}

/**
 * Ends a run, once: the rest of its log, its row, and what its feature makes of it, in one
 * transaction under the worker's fence.
 *
 * @throws LeaseLostError when the run belongs to another worker or has ended
 */
export async function endRun(run: Run, recorder: RunRecorder | null, facts: EndFacts) {
  const handler = runHandlerOf(run.kind)
  const rest = await recorder?.finish()
  const end: RunEnd = {
    state: facts.state,
    exitCode: ('exitCode' in facts ? facts.exitCode : null) ?? null,
    outcome: recorder?.outcome ?? null,
    failedStep: recorder?.failedStep ?? null,
    failedCommand: recorder?.failedCommand ?? null,
    tail: recorder?.tail ?? '',
    results: recorder?.results ?? run.results,
  }
  const failure =
    end.state === 'succeeded'
      ? null
      : (explain(run, facts) ?? handler.explain?.(run, end) ?? explain.generally(run, end))
  const goneAt = 'provenGoneAt' in facts ? facts.provenGoneAt : undefined

  await db.transaction(async (trx) => {
    const now = Date.now()
    const changed = await trx
      .from('runs')
      .where({ id: run.id, fence: run.fence, state: 'running' })
      .update({
        ...rest?.values,
        state: end.state,
        exit_code: end.exitCode,
        results: JSON.stringify(end.results),
        failure: failure && storedFailure(failure),
        compiled: null,
        unreachable_since: null,
        log_truncated: facts.truncated ?? false,
        proven_gone_at: goneAt?.getTime() ?? null,
        lease_owner: null,
        lease_until: null,
        finished_at: now,
        updated_at: now,
      })
    if (Number(changed) !== 1) throw new LeaseLostError(run)
    await rest?.store(trx)
    await recorder?.closeSteps(end.state === 'succeeded' ? 'succeeded' : 'failed', trx)
    if (end.state === 'lost') {
      const subject = handler.lost ? handler.lost(run) : subjectOf(run)
      if (subject) await tellOfLoss(run, subject, failure, trx)
    }
    await handler.settle?.(run, end, trx)
  })
  runEvents.changed(run.id)
}

const subjectOf = ({ id }: Run) => ({ type: 'run', id, path: `/runs/${id}` })
