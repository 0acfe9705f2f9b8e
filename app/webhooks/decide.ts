import { isCommit } from '#engine/system/grammar'
import type Project from '#app/projects/models/project'
import type { IgnoredBecause, RefusedBecause } from '#app/webhooks/outcomes'
import type { PushEvent, RefChange } from '#app/webhooks/push_event'

/** What a delivery asks of a project. */
export type Decision =
  | { kind: 'deploy'; change: RefChange }
  | { kind: 'ping' }
  | { kind: 'ignored'; reason: IgnoredBecause; change?: RefChange }
  | { kind: 'refused'; reason: RefusedBecause; change?: RefChange }

/** What a project deploys. */
export type Followed = Pick<Project, 'refKind' | 'branch'>

/**
 * What is to be done about an event, for a project that deploys one branch or tag. A plain call may
 * leave out branch and commit, which then are the project's own; nobody else may.
 *
 * @param isPlain whether it is no provider's but somebody's own
 */
export function decide(event: PushEvent | null, followed: Followed, isPlain: boolean): Decision {
  if (!event) return { kind: 'refused', reason: 'unreadable' }
  if (event.kind === 'ping') return { kind: 'ping' }
  if (event.kind === 'other') return { kind: 'ignored', reason: 'no_push' }
  if (event.changes.length === 0) return { kind: 'refused', reason: 'unreadable' }
  const { refKind, branch } = followed
  const own = [
    `refs/${refKind === 'tag' ? 'tags' : 'heads'}/${branch}`,
    ...(isPlain ? ['HEAD'] : []),
  ]
  const change = event.changes.find(({ ref }) => own.includes(ref))
  if (!change) {
    const [first] = event.changes
    const isTag = first.ref.startsWith('refs/tags/') && refKind !== 'tag'
    const reason = isTag ? 'tag' : 'other_branch'
    return { kind: 'ignored', reason, change: first }
  }
  if (change.deleted) return { kind: 'ignored', reason: 'deleted', change }
  const isExact = isCommit(change.commit) || (isPlain && change.commit === null)
  return isExact ? { kind: 'deploy', change } : { kind: 'refused', reason: 'no_commit', change }
}
