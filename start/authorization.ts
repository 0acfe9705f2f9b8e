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
  'health.ready': 'public',
  'diagnosis.show': 'administrator',
  'not_found': 'public',
  'setup.create': 'public',
  'setup.store': 'public',
  'session.create': 'guest',
  'session.store': 'guest',
  'session.destroy': 'signed-in',
  'passkey_sessions.store': 'guest',
  'login_challenges.store': 'guest',
  'second_factors.create': 'guest',
  'second_factors.store': 'guest',
  'second_factor_passkeys.store': 'guest',
  'second_factor_challenges.store': 'guest',
  'password_requests.create': 'guest',
  'password_requests.store': 'guest',
  'password_resets.create': 'public',
  'password_resets.store': 'public',
  'confirmations.create': 'signed-in',
  'confirmations.store': 'signed-in',
  'confirmation_passkeys.store': 'signed-in',
  'confirmation_challenges.store': 'signed-in',
  'sign_ups.create': 'guest',
  'sign_ups.store': 'guest',
  'sign_up_completions.create': 'guest',
  'sign_up_completions.store': 'guest',
  'design_system': 'public',

  'account.edit': 'signed-in',
  'account.update': 'signed-in',
  'account_theme.update': 'signed-in',
  'account_email.edit': recently('signed-in'),
  'account_email.update': recently('signed-in'),
  'account_security.show': 'signed-in',
  'account_password.edit': 'signed-in',
  'account_password.update': 'signed-in',
  'account_sessions.index': 'signed-in',
  'account_sessions.destroy': 'signed-in',
  'other_sessions.destroy': 'signed-in',
  'authenticator.create': recently('signed-in'),
  'authenticator.store': recently('signed-in'),
  'authenticator.destroy': recently('signed-in'),
  'recovery_codes.show': 'signed-in',
  'recovery_codes.store': recently('signed-in'),
  'recovery_code_file.store': 'signed-in',
  'passkeys.create': recently('signed-in'),
  'passkey_options.store': recently('signed-in'),
  'passkeys.store': recently('signed-in'),
  'passkeys.edit': recently('signed-in'),
  'passkeys.update': recently('signed-in'),
  'passkeys.destroy': recently('signed-in'),

  'dashboard.show': 'team.view',
  'palette.index': 'team.view',

  'teams.create': 'signed-in',
  'teams.store': 'signed-in',
  'team_switches.store': 'signed-in',
  'teams.destroy': recently('team.own'),
  'team_roles.show': 'team.view',
  'team_settings.edit': 'team.view',
  'team_settings.update': 'team.manage',
  'team_transfers.store': recently('team.own'),

  'members.index': 'team.view',
  'members.show': 'team.manage',
  'members.destroy': recently('team.manage'),
  'member_roles.update': recently('team.manage'),
  'member_access.update': recently('team.manage'),
  'departures.store': 'team.view',
  'invitations.create': 'team.manage',
  'invitations.store': recently('team.manage'),
  'invitations.destroy': 'team.manage',
  'invitation_acceptances.show': 'public',
  'invitation_acceptances.store': 'signed-in',
  'invitation_accounts.store': 'guest',

  'activities.index': 'activity.view',
  'activity_exports.show': 'activity.view',
  'panel_activities.index': 'administrator',
  'panel_activity_exports.show': 'administrator',

  'servers.index': 'servers.view',
  'servers.create': 'servers.manage',
  'servers.store': 'servers.manage',
  'servers.show': 'servers.view',
  'servers.edit': 'servers.manage',
  'servers.update': 'servers.manage',
  'servers.destroy': recently('servers.manage'),
  'server_connections.create': 'servers.manage',
  'server_connections.store': 'servers.manage',
  'server_checks.store': 'servers.manage',
  'server_preparations.store': 'servers.manage',
  'server_host_keys.edit': recently('servers.manage'),
  'server_host_keys.update': recently('servers.manage'),
  'server_addresses.edit': recently('servers.manage'),
  'server_addresses.update': recently('servers.manage'),
  'server_keys.edit': recently('servers.manage'),
  'server_keys.store': recently('servers.manage'),
  'server_keys.update': recently('servers.manage'),
  'server_keys.destroy': recently('servers.manage'),
  'server_taggings.store': 'servers.manage',
  'server_groupings.store': 'servers.manage',
  'server_check_requests.store': 'servers.manage',
  'tags.index': 'servers.view',
  'tags.store': 'servers.manage',
  'tags.update': 'servers.manage',
  'tags.destroy': 'servers.manage',
  'server_groups.store': 'servers.manage',
  'server_groups.update': 'servers.manage',
  'server_groups.destroy': 'servers.manage',
  'server_filters.store': 'servers.manage',
  'server_filters.destroy': 'servers.manage',

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

  'api_tokens.index': 'tokens.manage',
  'api_tokens.store': recently('tokens.manage'),
  'api_tokens.destroy': 'tokens.manage',

  'api.token.show': 'team.view',
  'api.servers.index': 'servers.view',
  'api.servers.show': 'servers.view',
  'api.projects.index': 'projects.view',
  'api.projects.show': 'projects.view',
  'api.deployments.store': 'projects.deploy',
  'api.deployments.show': 'projects.view',

  'general_settings.edit': 'administrator',
  'general_settings.update': recently('administrator'),
  'mail_settings.edit': 'administrator',
  'mail_settings.update': recently('administrator'),
  'test_mails.store': 'administrator',
  'network_settings.edit': 'administrator',
  'network_settings.update': recently('administrator'),
  'retention_settings.edit': 'administrator',
  'retention_settings.update': recently('administrator'),
  'users.index': 'administrator',
  'users.show': 'administrator',
  'users.destroy': recently('administrator'),
  'user_deactivations.store': recently('administrator'),
  'user_deactivations.destroy': recently('administrator'),
  'administrators.store': recently('administrator'),
  'administrators.destroy': recently('administrator'),
  'user_sessions.destroy': recently('administrator'),
  'user_second_factors.destroy': recently('administrator'),
  'user_password_resets.store': recently('administrator'),
  'usage.show': 'administrator',
}

export const requirements: Record<string, Requirement> = Object.fromEntries(
  Object.entries(table).map(([name, entry]) => [
    name,
    typeof entry === 'string' ? { need: entry, recent: false } : entry,
  ])
)
