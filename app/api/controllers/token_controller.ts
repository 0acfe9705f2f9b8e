import type { HttpContext } from '@adonisjs/core/http'
import { abilities, type Ability } from '#app/teams/roles'

/**
 * What the token of this request can do: the first thing to ask with a new one.
 */
export default class TokenController {
  handle({ scope }: HttpContext) {
    const { teamId, teamName, role, restriction } = scope
    return {
      team: { id: teamId, name: teamName },
      role,
      abilities: (Object.keys(abilities) as Ability[]).filter((ability) => scope.can(ability)),
      restrictedTo: restriction && {
        servers: restriction.serverIds,
        projects: restriction.projectIds,
      },
    }
  }
}
