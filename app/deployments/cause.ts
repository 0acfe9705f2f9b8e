import type { Origin } from '#app/activity/origin'
import type { RunOwner } from '#app/runs/actions/create_run'
import type { Scope } from '#app/teams/scope'

/** What a deployment came from: a person at a page, an API token, a push, changed variables. */
export const causes = ['person', 'token', 'webhook', 'variables'] as const

export const causeLabels: Record<CauseKind, string> = {
  person: 'A person',
  token: 'An API token',
  webhook: 'A push',
  variables: 'Changed variables',
}

export type CauseKind = (typeof causes)[number]

/**
 * Why a deployment begins, and on whose behalf.
 */
export interface Cause {
  kind: CauseKind
  /** What people know its origin by: the token, who pushed, names of variables. Null for a person, whom the row names. */
  by: string | null
  /** In the words of the person who asked for it. */
  reason: string | null
  owner: RunOwner
  origin: Origin
}

/**
 * The cause of what someone asks for, by a page or with a token.
 *
 * @param reason why they do, in a line of their own
 */
export function causeOf(scope: Scope, reason: string | null = null): Cause {
  const { actor } = scope.origin
  return {
    kind: actor.kind === 'token' ? 'token' : 'person',
    by: actor.kind === 'token' ? actor.name.slice(0, 120) : null,
    reason,
    owner: scope,
    origin: scope.origin,
  }
}
