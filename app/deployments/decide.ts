import type { Phase, PlaceState } from '#app/deployments/states'
import type { RollingFailure, Rollout } from '#app/projects/models/project'

/** How long a server may be silent while the others wait for it, in milliseconds. */
export const SILENCE_MS = 120_000

/** A deployment on one server, as far as decisions need it. */
export interface Place {
  position: number
  name: string
  state: PlaceState
  note: string | null
  /** The barrier at which its run waits. */
  at: 'ready' | 'commit' | null
  /** For how long its server could not be asked or told, in milliseconds. */
  silentMs: number
  /** It is going back, or has tried to. */
  returns: boolean
  /** There is a release it can go back to. */
  canReturn: boolean
}

export interface Standing {
  rollout: Rollout | null
  phase: Phase | null
  cancelled: boolean
  /** Servers that begin later build the commit that the first one found. */
  commitKnown: boolean
  batch: number
  onFailure: RollingFailure
  places: readonly Place[]
}

/** What is to be done next; done, it is asked again. */
export type Decision =
  | { kind: 'wait' | 'end' }
  | { kind: 'begin' | 'return'; positions: number[] }
  | { kind: 'phase'; phase: Phase; reason: string | null }
  | { kind: 'skip'; reason: string }

const CANCELLED = 'it was cancelled'

/**
 * Says what a deployment calls for, by facts alone: whoever asks, however often and after whatever
 * crash, is told the same.
 */
export function decide(standing: Standing): Decision {
  const { places, rollout } = standing
  const waiting = places.filter(({ state }) => state === 'waiting')
  const running = places.filter(({ state }) => state === 'running')
  const missed = places.find(({ state, note }) => hasEnded(state) && (state !== 'live' || note))
  const reason = standing.cancelled
    ? CANCELLED
    : missed && `${missed.name} ${missed.note ?? 'did not get there'}`

  if (rollout === 'together') {
    const decision = decideTogether(standing, running, reason)
    if (decision) return decision
  }
  if (waiting.length > 0) {
    if (reason) return { kind: 'skip', reason }
    const room = rollout === 'together' ? Infinity : standing.batch - running.length
    const first = places.every(({ state }) => state === 'waiting') && !standing.commitKnown
    const next = waiting.slice(0, first ? 1 : standing.commitKnown ? room : 0)
    if (next.length > 0) return { kind: 'begin', positions: next.map(({ position }) => position) }
  }
  if (running.length > 0) return { kind: 'wait' }
  if (rollout === 'rolling' && missed && !standing.cancelled && standing.onFailure === 'return') {
    const back = places.filter((one) => one.state === 'live' && one.canReturn && !one.returns)
    if (back.length > 0) return { kind: 'return', positions: back.map(({ position }) => position) }
  }
  return { kind: waiting.length > 0 ? 'wait' : 'end' }
}

function decideTogether(
  { phase, places }: Standing,
  running: readonly Place[],
  reason: string | undefined
): Decision | null {
  if (phase !== 'build' && phase !== 'switch') return null
  const back: Phase = phase === 'build' ? 'stop' : 'revert'
  if (reason) return { kind: 'phase', phase: back, reason }
  const barrier = phase === 'build' ? 'ready' : 'commit'
  const silent = running.find(({ silentMs }) => silentMs > SILENCE_MS)
  const others = running.filter(({ silentMs }) => silentMs <= SILENCE_MS)
  if (silent && others.every(({ at }) => at === barrier)) {
    return { kind: 'phase', phase: back, reason: `${silent.name} does not answer` }
  }
  const isThere = running.every(({ at, silentMs }) => at === barrier && silentMs === 0)
  if (!isThere || running.length < places.length) return null
  return { kind: 'phase', phase: phase === 'build' ? 'switch' : 'commit', reason: null }
}

function hasEnded(state: PlaceState): boolean {
  return state !== 'waiting' && state !== 'running'
}
