import { Exception } from '@adonisjs/core/exceptions'
import type { Ability } from '#app/teams/roles'

/**
 * The person lacks a right; the message names it.
 */
export class ForbiddenException extends Exception {
  static status = 403
  static code = 'E_FORBIDDEN'
  readonly right: Ability | 'administrator'

  /**
   * @param by what lacks the right: the person's role in the team, or the request's API token
   */
  constructor(right: Ability | 'administrator', by: 'role' | 'token' = 'role') {
    super(messageFor(right, by))
    this.right = right
  }
}

function messageFor(right: Ability | 'administrator', by: 'role' | 'token') {
  if (right === 'administrator') return 'Only administrators of this panel may do this.'
  return by === 'token'
    ? `This API token does not carry the right "${right}".`
    : `Your role in this team does not carry the right "${right}".`
}

/**
 * The request may do this only after its person has proven anew who they are.
 */
export class ConfirmationNeededException extends Exception {
  static status = 403
  static code = 'E_CONFIRMATION_NEEDED'
  static message = 'Confirm that it is you, then do this again.'
}
