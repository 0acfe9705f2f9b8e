import type { Tone } from '#app/runs/states'

/**
 * The states of a bulk run: a `draft` waits for its confirmation, the last four are ends.
 */
export const bulkRunStates = [
  'draft',
  'running',
  'succeeded',
  'failed',
  'stopped',
  'cancelled',
] as const

export type BulkRunState = (typeof bulkRunStates)[number]

export interface Look {
  label: string
  tone: Tone
}

export const bulkRunLooks: Record<BulkRunState, Look> = {
  draft: { label: 'To confirm', tone: 'scheduled' },
  running: { label: 'Running', tone: 'running' },
  succeeded: { label: 'Succeeded', tone: 'success' },
  failed: { label: 'Failed on some', tone: 'danger' },
  stopped: { label: 'Stopped', tone: 'danger' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
}

/**
 * How far a bulk run is on one server: its turn has not come, its run is under way, its run ended
 * so, or its turn will not come.
 */
export const targetStates = [
  'waiting',
  'running',
  'succeeded',
  'failed',
  'timed_out',
  'lost',
  'cancelled',
  'skipped',
] as const

export type TargetState = (typeof targetStates)[number]

export const targetLooks: Record<TargetState, Look> = {
  waiting: { label: 'Waiting', tone: 'scheduled' },
  running: { label: 'Running', tone: 'running' },
  succeeded: { label: 'Succeeded', tone: 'success' },
  failed: { label: 'Failed', tone: 'danger' },
  timed_out: { label: 'Timed out', tone: 'danger' },
  lost: { label: 'Lost', tone: 'warning' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
  skipped: { label: 'Not begun', tone: 'neutral' },
}

/** What counts as failed when failures are counted: all that ran and did not succeed. */
export const failedStates: readonly TargetState[] = ['failed', 'timed_out', 'lost', 'cancelled']
