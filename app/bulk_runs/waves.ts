/** How a bulk run goes over its targets. */
export interface Pace {
  /** So many go first, alone; the others only when all of these succeeded. 0 for none. */
  canary: number
  /** So many are a wave; the next one begins when the one before has ended. 0 for one wave. */
  waveSize: number
  /** At most so many at once. */
  concurrency: number
  /** After so many failures no further one begins. 0 for never. */
  stopAfter: number
}

/** How many targets of one wave are in which state. */
export interface WaveCount {
  wave: number
  waiting: number
  running: number
  succeeded: number
  /** Ran and did not succeed. */
  failed: number
}

/** `author`: the one who asked for it may no longer run it. */
export type StopReason = 'canary' | 'failures' | 'author'

/** What is to be done now. */
export type Decision =
  | { kind: 'start'; wave: number; count: number }
  | { kind: 'wait' }
  | { kind: 'stop'; reason: StopReason }
  | { kind: 'end' }

/**
 * The wave of the target at a position, from 0. With a canary wave 0 is the canary.
 */
export function waveOf(position: number, { canary, waveSize }: Pace): number {
  if (position < canary) return 0
  const first = canary > 0 ? 1 : 0
  return waveSize > 0 ? first + Math.floor((position - canary) / waveSize) : first
}

/**
 * Decides by what is known of all targets alone, so that it does not matter who asks, how often,
 * or what happened in between.
 */
export function decide(counts: readonly WaveCount[], pace: Pace): Decision {
  const sum = (part: 'waiting' | 'running' | 'failed') =>
    counts.reduce((total, count) => total + count[part], 0)
  const running = sum('running')
  if (sum('waiting') === 0) return running === 0 ? { kind: 'end' } : { kind: 'wait' }

  if (pace.canary > 0 && !canaryHolds(counts)) return { kind: 'stop', reason: 'canary' }
  if (pace.stopAfter > 0 && sum('failed') >= pace.stopAfter) {
    return { kind: 'stop', reason: 'failures' }
  }

  const open = counts.filter((count) => count.waiting + count.running > 0)
  const current = open.reduce((one, other) => (other.wave < one.wave ? other : one))
  const count = Math.min(current.waiting, pace.concurrency - running)
  return count > 0 ? { kind: 'start', wave: current.wave, count } : { kind: 'wait' }
}

/** Whether none of the canary failed, and some of it succeeded or still may: one that is gone proves nothing. */
function canaryHolds(counts: readonly WaveCount[]): boolean {
  const canary = counts.find(({ wave }) => wave === 0)
  return canary?.failed === 0 && canary.waiting + canary.running + canary.succeeded > 0
}
