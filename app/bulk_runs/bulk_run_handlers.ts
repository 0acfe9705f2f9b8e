import { compileScript, outlineOf } from '#engine/detached/script'
import { rebootScript } from '#engine/scripts/actions/reboot'
import BulkRun from '#app/bulk_runs/models/bulk_run'
import { readyActions } from '#app/bulk_runs/ready_actions'
import { sharedScript } from '#app/bulk_runs/shared_scripts'
import { settleTarget, type BulkRunInput } from '#app/bulk_runs/settle_target'
import { openWork } from '#app/bulk_runs/work'
import type { RunHandler } from '#app/runs/run_handler'
import type Run from '#app/runs/models/run'

function bulkRunOf(run: Run): Promise<BulkRun> {
  const { bulkRunId } = run.input as BulkRunInput
  return BulkRun.within(run).where('id', bulkRunId).firstOrFail()
}

/** However many of its runs are lost, people are told of the one thing that they asked for. */
function lostOf(run: Run) {
  const { bulkRunId: id } = run.input as BulkRunInput
  return { type: 'bulk_run', id, path: `/bulk-runs/${id}` }
}

/**
 * Runs of a command or a script: the text as it was when someone asked for it.
 */
export const scriptRun: RunHandler = {
  kind: 'script.run',

  compile: sharedScript,

  settle: settleTarget,

  lost: lostOf,
}

/**
 * Runs of a ready action.
 */
export const actionRun: RunHandler = {
  kind: 'server.action',

  async compile(run) {
    const bulkRun = await bulkRunOf(run)
    const work = openWork(bulkRun.work)
    const plan = work.kind === 'action' ? readyActions[work.action].plan : null
    if (work.kind !== 'action' || !plan) throw new Error('The bulk run has no action to run.')
    const steps = plan(work.values)
    return {
      body: compileScript(steps, { nonce: run.nonce }),
      steps: outlineOf(steps),
      secrets: [],
    }
  },

  settle: settleTarget,

  lost: lostOf,
}

/**
 * Runs that restart a server and end when it is back.
 */
export const rebootRun: RunHandler = {
  kind: 'server.reboot',
  restartsServer: true,

  async compile() {
    return { body: rebootScript(), steps: [], secrets: [] }
  },

  async settle(run, end, trx) {
    const seconds = Math.round((Date.now() - run.startedAt!.toMillis()) / 1000)
    const results: Record<string, string> =
      end.state === 'succeeded' ? { back_after: String(seconds) } : {}
    await trx
      .from('runs')
      .where('id', run.id)
      .update({ results: JSON.stringify(results) })
    await settleTarget(run, { ...end, results }, trx)
  },

  lost: lostOf,
}
