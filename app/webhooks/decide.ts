import { isCommit } from '#engine/system/grammar'
import type { IgnoredBecause, RefusedBecause } from '#app/webhooks/outcomes'
import type { PushEvent, RefChange } from '#app/webhooks/push_event'

/** What a delivery asks of a project. */
export type Decision =
  | { kind: 'deploy'; change: RefChange }
  | { kind: 'ping' }
  | { kind: 'ignored'; reason: IgnoredBecause; change?: RefChange }
  | { kind: 'refused'; reason: RefusedBecause; change?: RefChange }

/**
 * What is to be done about an event, for a project that deploys one branch. A plain call may
 * leave out branch and commit, which then are the project's own; nobody else may.
 *
 * @param isPlain whether it is no provider's but somebody's own
 */
export function decide(event: PushEvent | null, branch: string, isPlain: boolean): Decision {
  if (!event) return { kind: 'refused', reason: 'unreadable' }
  if (event.kind === 'ping') return { kind: 'ping' }
  if (event.kind === 'other') return { kind: 'ignored', reason: 'no_push' }
  if (event.changes.length === 0) return { kind: 'refused', reason: 'unreadable' }
  const own = [`refs/heads/${branch}`, ...(isPlain ? ['HEAD'] : [])]
  const change = event.changes.find(({ ref }) => own.includes(ref))
  if (!change) {
    const [first] = event.changes
    const reason = first.ref.startsWith('refs/tags/') ? 'tag' : 'other_branch'
    return { kind: 'ignored', reason, change: first }
  }
  if (change.deleted) return { kind: 'ignored', reason: 'deleted', change }
  const isExact = isCommit(change.commit) || (isPlain && change.commit === null)
  return isExact ? { kind: 'deploy', change } : { kind: 'refused', reason: 'no_commit', change }
}
