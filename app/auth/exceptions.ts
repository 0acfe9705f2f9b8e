import { Exception } from '@adonisjs/core/exceptions'
import type { HttpContext } from '@adonisjs/core/http'
import { rememberInterrupted } from '#app/auth/confirmation'
import { answerForbidden } from '#app/auth/forbidden_answer'
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

  handle(error: this, ctx: HttpContext) {
    return answerForbidden(error, ctx)
  }
}

function messageFor(right: Ability | 'administrator', by: 'role' | 'token') {
  if (right === 'administrator') return 'Only administrators of this panel may do this.'
  return by === 'token'
    ? `This API token does not carry the right "${right}".`
    : `Your role in this team does not carry the right "${right}".`
}

/**
 * The request may do this only after its person has proven anew who they are. People are asked to
 * do so and come back to the form as they sent it.
 */
export class ConfirmationNeededException extends Exception {
  static status = 403
  static code = 'E_CONFIRMATION_NEEDED'
  static message = 'Confirm that it is you, then do this again.'

  async handle({ message, code, status }: this, ctx: HttpContext) {
    if (ctx.request.accepts(['html', 'json']) !== 'html') {
      return ctx.response.status(status).send({ message, code })
    }
    rememberInterrupted(ctx)
    return ctx.response.redirect().toRoute('confirmations.create')
  }
}
