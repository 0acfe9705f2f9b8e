/*
| The one authorisation table: every route by name, and what it takes to pass.
|
|   public         anyone
|   guest          only people who are not signed in
|   signed-in      anyone signed in, whatever the role
|   administrator  those who administer the whole panel
|   an ability     members whose role carries it (app/teams/roles.ts)
|
| `recently(…)` asks for the same and that the person proved a short while ago who they are.
| Routes whose name begins with `api.` take API tokens and nothing else, and all others take
| sessions and nothing else. The application refuses to boot when a route is missing here.
*/
import type { Ability } from '#app/teams/roles'

export type Need = 'public' | 'guest' | 'signed-in' | 'administrator' | Ability

export interface Requirement {
  readonly need: Need
  /** Whether the proof of who one is must be a recent one. */
  readonly recent: boolean
}

const recently = (need: Need): Requirement => ({ need, recent: true })

const table: Record<string, Need | Requirement> = {
  'home': 'public',
  'health.live': 'public',
  'not_found': 'public',
  'setup.create': 'public',
  'setup.store': 'public',
  'session.create': 'guest',
  'session.store': 'guest',
  'session.destroy': 'signed-in',
  'design_system': 'public',

  'dashboard.show': 'team.view',

  'servers.index': 'servers.view',
  'servers.create': 'servers.manage',
  'servers.store': 'servers.manage',
  'servers.show': 'servers.view',
  'servers.destroy': recently('servers.manage'),
  'server_connections.create': 'servers.manage',
  'server_connections.store': 'servers.manage',
  'server_checks.store': 'servers.manage',
  'server_preparations.store': 'servers.manage',

  'runs.index': 'runs.view',
  'runs.show': 'runs.view',
  'run_logs.show': 'runs.view',
  'run_logs.download': 'runs.view',
  'run_events.index': 'runs.view',
  'run_cancellations.store': 'runs.cancel',

  'projects.index': 'projects.view',
  'projects.create': 'projects.manage',
  'projects.store': 'projects.manage',
  'projects.show': 'projects.view',
  'projects.edit': 'projects.manage',
  'projects.update': 'projects.manage',
  'projects.destroy': recently('projects.manage'),
  'project_variables.index': 'projects.manage',
  'project_variables.store': 'projects.manage',
  'project_variables.destroy': 'projects.manage',
  'git_hosts.create': 'projects.manage',
  'git_hosts.store': 'projects.manage',

  'deployments.index': 'projects.view',
  'deployments.store': 'projects.deploy',
  'deployments.show': 'projects.view',
  'rollbacks.store': 'projects.deploy',
}

export const requirements: Record<string, Requirement> = Object.fromEntries(
  Object.entries(table).map(([name, entry]) => [
    name,
    typeof entry === 'string' ? { need: entry, recent: false } : entry,
  ])
)
