/**
 * The roles of a team's members, from the one who owns everything to the one who looks on.
 */
export const roles = ['owner', 'admin', 'deployer', 'viewer'] as const

export type Role = (typeof roles)[number]

/**
 * What may be done, and by which roles. Routes name one of these in `start/authorization.ts`.
 */
export const abilities = {
  'team.view': ['owner', 'admin', 'deployer', 'viewer'],
  'servers.view': ['owner', 'admin', 'deployer', 'viewer'],
  'servers.manage': ['owner', 'admin'],
  'runs.view': ['owner', 'admin', 'deployer', 'viewer'],
  'runs.cancel': ['owner', 'admin', 'deployer'],
  'projects.view': ['owner', 'admin', 'deployer', 'viewer'],
  'projects.manage': ['owner', 'admin'],
  'projects.deploy': ['owner', 'admin', 'deployer'],
} as const satisfies Record<string, readonly Role[]>

export type Ability = keyof typeof abilities

/**
 * Whether a role carries an ability.
 */
export function roleCan(role: Role, ability: Ability): boolean {
  return (abilities[ability] as readonly Role[]).includes(role)
}
