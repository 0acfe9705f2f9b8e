import type { Ability } from '#app/teams/roles'

/** What every token carries: to say whom it works for. */
export const BASE_ABILITY: Ability = 'team.view'

/** What a token can be given. People and rights are never managed by tokens. */
export const tokenAbilities = [
  'servers.view',
  'servers.manage',
  'projects.view',
  'projects.manage',
  'projects.deploy',
  'runs.view',
  'runs.cancel',
] as const satisfies readonly Ability[]

/** How long a token can be valid, in days; 0 is for ever. */
export const tokenLifetimes = [7, 30, 90, 365, 0] as const
