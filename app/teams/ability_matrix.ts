import { abilities, abilityLabels, roleCan, roles, type Ability, type Role } from '#app/teams/roles'

/** One thing to do, and the roles that may. */
export interface AbilityRow {
  ability: Ability
  label: string
  roles: { role: Role; may: boolean }[]
}

type FirstOf<Name extends string> = Name extends `${infer First}.${string}` ? First : never
type Noun = FirstOf<Ability>

/** What abilities begin with, in the words of pages. */
const NOUNS: Record<Noun, string> = {
  team: 'Team',
  activity: 'Activity',
  tokens: 'API tokens',
  servers: 'Servers',
  keys: 'SSH keys',
  terminals: 'Terminals',
  runs: 'Runs',
  commands: 'Commands',
  scripts: 'Scripts',
  projects: 'Projects',
}

/**
 * Every ability with the roles that carry it, by the noun it begins with.
 */
export function abilityMatrix(): { noun: string; rows: AbilityRow[] }[] {
  const groups = Map.groupBy(Object.keys(abilities) as Ability[], (ability) => nounOf(ability))
  return [...groups].map(([noun, group]) => ({ noun, rows: group.map(rowOf) }))
}

function rowOf(ability: Ability): AbilityRow {
  return {
    ability,
    label: abilityLabels[ability],
    roles: roles.map((role) => ({ role, may: roleCan(role, ability) })),
  }
}

function nounOf(ability: Ability): string {
  return NOUNS[ability.split('.')[0] as Noun]
}
