/**
 * The states of a run. The last five are ends; a run that ended never changes again.
 */
export const runStates = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'timed_out',
  'lost',
] as const

export type RunState = (typeof runStates)[number]

export const openRunStates: readonly RunState[] = ['queued', 'running']

export type Tone = 'success' | 'warning' | 'danger' | 'running' | 'scheduled' | 'neutral'

/**
 * How a state is shown: a word and a tone.
 */
export const runStateLooks: Record<RunState, { label: string; tone: Tone }> = {
  queued: { label: 'Queued', tone: 'scheduled' },
  running: { label: 'Running', tone: 'running' },
  succeeded: { label: 'Succeeded', tone: 'success' },
  failed: { label: 'Failed', tone: 'danger' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
  timed_out: { label: 'Timed out', tone: 'danger' },
  lost: { label: 'Lost', tone: 'warning' },
}

/**
 * How an open or ended run is shown; one that is open and to be cancelled in words of its own.
 */
export function lookOfRun(
  state: RunState,
  isToBeCancelled: boolean
): { label: string; tone: Tone } {
  return isToBeCancelled && openRunStates.includes(state)
    ? { label: 'Cancelling', tone: 'warning' }
    : runStateLooks[state]
}

export type StepState = 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped'

/**
 * Why a run did not succeed, in words for a person.
 */
export interface RunFailure {
  phase: string
  command: string | null
  exitCode: number | null
  lastLines: string[]
  reason: string
  next: string
}
