/**
 * The roles of a team's members, from the one who owns everything to the one who looks on.
 */
export const roles = ['owner', 'admin', 'deployer', 'viewer'] as const

export type Role = (typeof roles)[number]

/** Roles whose members can be restricted to some servers and projects. */
export const restrictableRoles: readonly Role[] = ['deployer', 'viewer']

/** What each role is for, in the words of pages. */
export const roleHints: Record<Role, string> = {
  owner: 'Everything, and may transfer or remove the team.',
  admin: 'Manages people, servers and projects.',
  deployer: 'Deploys, rolls back, runs scripts and cancels runs. May make API tokens.',
  viewer: 'Looks at servers, projects and runs.',
}

/**
 * Whether a role stands no higher than another. Nobody gives, or does anything to, one that does.
 */
export function isAtMost(role: Role, other: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(other)
}

/**
 * What may be done, and by which roles. Routes name one of these in `start/authorization.ts`.
 */
export const abilities = {
  'team.view': ['owner', 'admin', 'deployer', 'viewer'],
  'team.manage': ['owner', 'admin'],
  'team.own': ['owner'],
  'activity.view': ['owner', 'admin'],
  'tokens.manage': ['owner', 'admin', 'deployer'],
  'servers.view': ['owner', 'admin', 'deployer', 'viewer'],
  'servers.manage': ['owner', 'admin'],
  'keys.view': ['owner', 'admin', 'deployer', 'viewer'],
  'keys.manage': ['owner', 'admin'],
  'terminals.open': ['owner', 'admin'],
  'runs.view': ['owner', 'admin', 'deployer', 'viewer'],
  'runs.cancel': ['owner', 'admin', 'deployer'],
  'commands.run': ['owner', 'admin'],
  'scripts.run': ['owner', 'admin', 'deployer'],
  'scripts.manage': ['owner', 'admin'],
  'projects.view': ['owner', 'admin', 'deployer', 'viewer'],
  'projects.manage': ['owner', 'admin'],
  'projects.deploy': ['owner', 'admin', 'deployer'],
} as const satisfies Record<string, readonly Role[]>

export type Ability = keyof typeof abilities

/** What each ability lets people do, in the words of pages. */
export const abilityLabels: Record<Ability, string> = {
  'team.view': 'See the dashboard and the members',
  'team.manage': 'Invite and remove members, change roles and grants',
  'team.own': 'Transfer or remove the team',
  'activity.view': 'See and export the activity',
  'tokens.manage': 'Make API tokens',
  'servers.view': 'See servers',
  'servers.manage': 'Add, connect, prepare and remove servers',
  'keys.view': 'See SSH keys and where they are installed',
  'keys.manage': 'Make, install, rotate and remove SSH keys',
  'terminals.open': 'Open terminals on servers',
  'runs.view': 'See runs and their logs',
  'runs.cancel': 'Cancel runs',
  'commands.run': 'Run commands and ready actions on servers',
  'scripts.run': 'Run saved scripts on servers',
  'scripts.manage': 'Write, change and remove scripts',
  'projects.view': 'See projects and deployments',
  'projects.manage': 'Add, change and remove projects, their variables and git hosts',
  'projects.deploy': 'Deploy and roll back',
}

/**
 * Whether a role carries an ability.
 */
export function roleCan(role: Role, ability: Ability): boolean {
  return (abilities[ability] as readonly Role[]).includes(role)
}
