/*
| The one authorisation table: every route by name, and what it takes to pass.
|
|   public     anyone
|   guest      only people who are not signed in
|   signed-in  anyone signed in, whatever the role
|   an ability members whose role carries it (app/teams/roles.ts)
|
| The application refuses to boot when a route is missing here.
*/
import type { Ability } from '#app/teams/roles'

export type Requirement = 'public' | 'guest' | 'signed-in' | Ability

export const requirements: Record<string, Requirement> = {
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
  'servers.destroy': 'servers.manage',
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
  'projects.destroy': 'projects.manage',
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
