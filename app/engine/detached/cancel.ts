import { readControlLines } from '#engine/detached/control_lines'
import { CANCEL_PROGRAM } from '#engine/detached/cancel_program'
import { readRunFacts, type RunFacts } from '#engine/detached/run_facts'
import { assertCount, assertRunId } from '#engine/detached/run_id'
import { runProgram } from '#engine/detached/run_program'
import { RemoteError } from '#engine/ssh/errors'
import { type Remote } from '#engine/ssh/remote'

export interface CancelOptions {
  id: string
  /** When given, refused if the server has seen a higher one. */
  fence?: number
  /** Seconds between TERM and KILL. */
  graceSeconds?: number
  /** Seconds that a critical part of the run (an activation) is waited for at most. */
  holdSeconds?: number
  signal?: AbortSignal
}

export interface CancelResult {
  /** Processes of the run that still live. Only 0 means that it is over. */
  left: number
  /** A run that ended by itself in the same moment keeps the exit code it has here. */
  facts: RunFacts
}

/**
 * Ends a run and everything it has started: TERM, a grace, KILL, and a sweep over the environment
 * marker of all processes until none is left. Safe to repeat; also ends what a crashed run left.
 *
 * @throws RemoteError when the server cannot be asked, gives no answer or has seen a higher fence.
 */
export async function cancel(remote: Remote, options: CancelOptions): Promise<CancelResult> {
  const grace = assertCount(options.graceSeconds ?? 20, 'The grace')
  const hold = assertCount(options.holdSeconds ?? 300, 'The hold')
  const words = [
    assertRunId(options.id),
    options.fence === undefined ? '-' : assertCount(options.fence, 'The fence'),
    grace,
    hold,
  ]
  const result = await runProgram(
    remote,
    { name: 'muster-cancel', text: CANCEL_PROGRAM, words },
    { timeout: (grace + hold + 60) * 1000, signal: options.signal }
  )
  const { lines, noise } = readControlLines(result.stderr)
  const answer = lines.findLast(({ word }) => word === 'cancelled')
  const facts = answer && readRunFacts(answer.values)
  const left = answer?.values.get('left') ?? ''
  if (facts && /^\d{1,6}$/.test(left)) return { left: Number(left), facts }
  throw failure(
    lines.some(({ word }) => word === 'refused'),
    noise
  )
}

function failure(refused: boolean, noise: string): RemoteError {
  if (refused) {
    return new RemoteError(
      'E_COMMAND_FAILED',
      'The server refused to cancel the run: another worker of the panel has taken it over.',
      'Reload the page and cancel again if the run still goes on.'
    )
  }
  return new RemoteError(
    'E_COMMAND_FAILED',
    `The server did not say whether the run was cancelled${noise ? `: ${noise}` : '.'}`,
    'The run may still go on. Check that the server can be reached and cancel again.'
  )
}
