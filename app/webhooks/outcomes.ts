import type { Tone } from '#app/runs/states'

/** What came of a delivery. */
export const outcomes = ['deployed', 'waiting', 'ignored', 'refused', 'ping'] as const

export type Outcome = (typeof outcomes)[number]

export const outcomeLooks: Record<Outcome, { label: string; tone: Tone }> = {
  deployed: { label: 'Deployment began', tone: 'success' },
  waiting: { label: 'Deployment waits', tone: 'scheduled' },
  ignored: { label: 'Ignored', tone: 'neutral' },
  refused: { label: 'Refused', tone: 'danger' },
  ping: { label: 'Answered', tone: 'success' },
}

export type IgnoredBecause = 'other_branch' | 'tag' | 'deleted' | 'no_push'
export type RefusedBecause = 'unreadable' | 'no_commit'

/** Why nothing came of a delivery, and what to do where that is not as it should be. */
export const reasonWords: Record<IgnoredBecause | RefusedBecause, string> = {
  other_branch: 'Another branch or tag than the project deploys.',
  tag: 'A tag, not the branch that the project deploys.',
  deleted: 'The branch or tag was deleted. What is live stays.',
  no_push: 'Not a push. Choose only push events at the provider.',
  unreadable: 'The body is not what this provider sends. Check provider and content type.',
  no_commit: 'It names no full commit. Send all 40 characters.',
}
