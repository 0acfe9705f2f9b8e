import type { FollowResult } from '#engine/detached/follow'
import type Run from '#app/runs/models/run'
import type { EndFacts } from '#app/runs/worker/end_run'

/** Said of a restart that its server knows nothing of. */
const FORGOTTEN =
  'The server knows nothing of this run, so whether it restarted is not known. It was not asked again.'

/**
 * What an end of following says about a run that restarts its server, where that is other than for
 * any run: only a new boot is a success, and the restart's own interruption is not an end.
 *
 * @returns null while nothing is known yet, undefined where the end means what it means for any run
 */
export function concludeRestart(run: Run, result: FollowResult): EndFacts | null | undefined {
  if (result.state === 'finished') {
    const { facts, code } = result
    const isUnderWay = facts.interrupted && code !== 0 && !facts.timedOut
    return isUnderWay && !run.cancelRequestedAt ? null : undefined
  }
  if (result.state === 'lost' && result.reason === 'rebooted') {
    return { state: 'succeeded', exitCode: 0 }
  }
  return result.state === 'refused' && result.reason === 'missing'
    ? { state: 'failed', reason: FORGOTTEN }
    : undefined
}
