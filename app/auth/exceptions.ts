import { Exception } from '@adonisjs/core/exceptions'
import type { Ability } from '#app/teams/roles'

/**
 * The person's role lacks a right; the message names it.
 */
export class ForbiddenException extends Exception {
  static status = 403
  static code = 'E_FORBIDDEN'
  readonly ability: Ability

  constructor(ability: Ability) {
    super(`Your role in this team does not carry the right "${ability}".`)
    this.ability = ability
  }
}
