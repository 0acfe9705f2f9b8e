import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { advance } from '#app/bulk_runs/advance'
import { holdBulkRun } from '#app/bulk_runs/hold_bulk_run'
import type BulkRun from '#app/bulk_runs/models/bulk_run'
import { cutNote, hashOfOutput, noteOf, outputOf } from '#app/bulk_runs/output'
import type { RunEnd } from '#app/runs/run_handler'
import type Run from '#app/runs/models/run'

/** What a run of a bulk run knows of it. */
export interface BulkRunInput extends Record<string, unknown> {
  bulkRunId: string
}

type Ended = Pick<RunEnd, 'state' | 'exitCode' | 'results'> & Partial<Pick<RunEnd, 'tail'>>

/**
 * Applies the end of a run to its target, and lets the bulk run go on: the transaction that ends
 * one run begins the next. Two that end at once wait for each other, so that the later one sees
 * both.
 */
export async function settleTarget(run: Run, end: Ended, trx: TransactionClientContract) {
  const { bulkRunId } = run.input as BulkRunInput
  const bulkRun = await holdBulkRun(bulkRunId, trx)
  if (!bulkRun) return
  const now = Date.now()
  const changed = await trx
    .from('bulk_run_targets')
    .where({ bulk_run_id: bulkRunId, run_id: run.id, state: 'running' })
    .update({
      state: end.state,
      exit_code: end.exitCode,
      finished_at: now,
      updated_at: now,
      ...(await resultOf(bulkRun, run, end, trx)),
    })
  if (Number(changed) === 1) await advance(bulkRun, trx)
}

async function resultOf(
  bulkRun: BulkRun,
  run: Run,
  end: Ended,
  trx: TransactionClientContract
): Promise<{ note: string | null; output_hash: string }> {
  const action = bulkRun.readyAction
  if (action && end.state === 'succeeded') {
    const note = cutNote(action.note(end.results))
    return { note, output_hash: hashOfOutput(action.compared(end.results), 0) }
  }
  const output = wholeOutput(run, end) ?? (await outputOf(run, trx))
  return { note: noteOf(output), output_hash: hashOfOutput(output, run.logSize) }
}

/** The output of a run whose log is short enough to be at hand; null for others. */
function wholeOutput(run: Run, { tail }: Ended): string | null {
  if (tail === undefined) return null
  const isWhole = Buffer.byteLength(tail) === run.logSize && !tail.includes('\uFFFD')
  return isWhole ? tail.replace(/\n$/, '') : null
}
