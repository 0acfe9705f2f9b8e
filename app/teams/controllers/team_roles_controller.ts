import type { HttpContext } from '@adonisjs/core/http'
import { abilityMatrix } from '#app/teams/ability_matrix'
import { restrictableRoles, roleHints, roles } from '#app/teams/roles'

/**
 * Who may do what.
 */
export default class TeamRolesController {
  handle({ view }: HttpContext) {
    return view.render('pages/teams/roles', {
      roles,
      roleHints,
      restrictableRoles,
      groups: abilityMatrix(),
    })
  }
}
