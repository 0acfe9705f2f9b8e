import type { HttpContext } from '@adonisjs/core/http'
import type { Origin } from '#app/activity/origin'
import type User from '#app/users/models/user'

/**
 * Where an act comes from that concerns a person and no team.
 *
 * @param user who acts; null for someone who has not proven who they are
 */
export function requestOrigin(
  { request }: Pick<HttpContext, 'request'>,
  user: Pick<User, 'id' | 'fullName'> | null
): Origin {
  return {
    actor: user
      ? { kind: 'user', id: user.id, name: user.fullName }
      : { kind: 'visitor', id: null, name: null },
    teamId: null,
    address: request.ip(),
    requestId: request.id() ?? null,
  }
}

/** A person as the subject of an act. */
export function personSubject({ id, fullName }: Pick<User, 'id' | 'fullName'>) {
  return { type: 'user', id, name: fullName }
}
