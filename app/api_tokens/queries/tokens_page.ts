import { tokenAbilities } from '#app/api_tokens/abilities'
import ApiToken from '#app/api_tokens/models/api_token'
import Project from '#app/projects/models/project'
import { abilityLabels } from '#app/teams/roles'
import type { Scope } from '#app/teams/scope'

/**
 * The tokens a person may see and end: their own, and with `team.manage` all of the team's.
 */
export function visibleTokens(scope: Scope) {
  // Tokens are people's own, not things granted: a restricted member sees theirs like anyone else.
  const query = ApiToken.within({ teamId: scope.teamId })
  return scope.can('team.manage') ? query : query.where('user_id', scope.userId)
}

/**
 * What the page of tokens shows: those there are, and what a new one can be given.
 */
export async function tokensPage(scope: Scope) {
  const [tokens, projects] = await Promise.all([
    visibleTokens(scope).preload('user').preload('project').orderBy('id', 'desc'),
    Project.within(scope).orderBy('name'),
  ])
  return {
    tokens,
    projects: projects.map(({ id, name }) => ({ value: id, label: name })),
    abilities: tokenAbilities
      .filter((ability) => scope.can(ability))
      .map((ability) => ({ value: ability, label: abilityLabels[ability] })),
  }
}
