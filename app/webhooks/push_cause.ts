import { systemOrigin } from '#app/activity/origin'
import type { Cause } from '#app/deployments/cause'
import type { Announced } from '#app/deployments/new_release'
import type Project from '#app/projects/models/project'
import type { Call } from '#app/webhooks/call'
import type Webhook from '#app/webhooks/models/webhook'
import type { RefChange } from '#app/webhooks/push_event'

/**
 * Why a deployment begins that a push asked for: nobody's who is signed in here.
 *
 * @param pusher who pushed, in their own words
 */
export function causeOfPush(
  { teamId }: Webhook,
  pusher: string | null,
  { address, requestId }: Call
): Cause {
  return {
    kind: 'webhook',
    by: pusher,
    reason: null,
    owner: { teamId, userId: null },
    origin: { ...systemOrigin(teamId), address, requestId: requestId ?? null },
  }
}

/**
 * The very commit that a push asks for; null for the latest. What is pushed of a tag may be the tag
 * itself, which is no commit.
 */
export function announcedBy(
  { commit, subject }: RefChange,
  { refKind }: Pick<Project, 'refKind'>
): Announced | null {
  const isExact = commit !== null && refKind === 'branch'
  return isExact ? { commit, subject, author: null } : null
}
