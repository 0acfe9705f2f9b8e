import '@adonisjs/core/types/http'

type ParamValue = string | number | bigint | boolean

export type ScannedRoutes = {
  ALL: {
    'home': { paramsTuple?: []; params?: {} }
    'health.live': { paramsTuple?: []; params?: {} }
    'design_system': { paramsTuple?: []; params?: {} }
    'setup.create': { paramsTuple?: []; params?: {} }
    'setup.store': { paramsTuple?: []; params?: {} }
    'session.create': { paramsTuple?: []; params?: {} }
    'session.store': { paramsTuple?: []; params?: {} }
    'session.destroy': { paramsTuple?: []; params?: {} }
    'passkey_sessions.store': { paramsTuple?: []; params?: {} }
    'login_challenges.store': { paramsTuple?: []; params?: {} }
    'second_factors.create': { paramsTuple?: []; params?: {} }
    'second_factors.store': { paramsTuple?: []; params?: {} }
    'second_factor_passkeys.store': { paramsTuple?: []; params?: {} }
    'second_factor_challenges.store': { paramsTuple?: []; params?: {} }
    'password_requests.create': { paramsTuple?: []; params?: {} }
    'password_requests.store': { paramsTuple?: []; params?: {} }
    'password_resets.create': { paramsTuple?: []; params?: {} }
    'password_resets.store': { paramsTuple?: []; params?: {} }
    'confirmations.create': { paramsTuple?: []; params?: {} }
    'confirmations.store': { paramsTuple?: []; params?: {} }
    'confirmation_passkeys.store': { paramsTuple?: []; params?: {} }
    'confirmation_challenges.store': { paramsTuple?: []; params?: {} }
    'sign_ups.create': { paramsTuple?: []; params?: {} }
    'sign_ups.store': { paramsTuple?: []; params?: {} }
    'sign_up_completions.create': { paramsTuple?: []; params?: {} }
    'sign_up_completions.store': { paramsTuple?: []; params?: {} }
    'account.edit': { paramsTuple?: []; params?: {} }
    'account.update': { paramsTuple?: []; params?: {} }
    'account_theme.update': { paramsTuple?: []; params?: {} }
    'account_email.edit': { paramsTuple?: []; params?: {} }
    'account_email.update': { paramsTuple?: []; params?: {} }
    'account_security.show': { paramsTuple?: []; params?: {} }
    'account_password.edit': { paramsTuple?: []; params?: {} }
    'account_password.update': { paramsTuple?: []; params?: {} }
    'authenticator.create': { paramsTuple?: []; params?: {} }
    'authenticator.store': { paramsTuple?: []; params?: {} }
    'authenticator.destroy': { paramsTuple?: []; params?: {} }
    'recovery_codes.show': { paramsTuple?: []; params?: {} }
    'recovery_codes.store': { paramsTuple?: []; params?: {} }
    'recovery_code_file.store': { paramsTuple?: []; params?: {} }
    'passkeys.create': { paramsTuple?: []; params?: {} }
    'passkey_options.store': { paramsTuple?: []; params?: {} }
    'passkeys.store': { paramsTuple?: []; params?: {} }
    'passkeys.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'passkeys.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'passkeys.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'account_sessions.index': { paramsTuple?: []; params?: {} }
    'other_sessions.destroy': { paramsTuple?: []; params?: {} }
    'account_sessions.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'teams.create': { paramsTuple?: []; params?: {} }
    'teams.store': { paramsTuple?: []; params?: {} }
    'team_switches.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'teams.destroy': { paramsTuple?: []; params?: {} }
    'team_roles.show': { paramsTuple?: []; params?: {} }
    'team_settings.edit': { paramsTuple?: []; params?: {} }
    'team_settings.update': { paramsTuple?: []; params?: {} }
    'team_transfers.store': { paramsTuple?: []; params?: {} }
    'members.index': { paramsTuple?: []; params?: {} }
    'members.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'members.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'member_roles.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'member_access.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'departures.store': { paramsTuple?: []; params?: {} }
    'invitations.create': { paramsTuple?: []; params?: {} }
    'invitations.store': { paramsTuple?: []; params?: {} }
    'invitations.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'invitation_acceptances.show': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'invitation_acceptances.store': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'invitation_accounts.store': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'dashboard.show': { paramsTuple?: []; params?: {} }
    'servers.index': { paramsTuple?: []; params?: {} }
    'servers.create': { paramsTuple?: []; params?: {} }
    'servers.store': { paramsTuple?: []; params?: {} }
    'servers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'servers.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'servers.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'servers.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_connections.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_connections.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_checks.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_preparations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_host_keys.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_host_keys.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_addresses.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_addresses.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'login_keys.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'login_keys.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'login_keys.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'login_keys.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_taggings.store': { paramsTuple?: []; params?: {} }
    'server_groupings.store': { paramsTuple?: []; params?: {} }
    'server_check_requests.store': { paramsTuple?: []; params?: {} }
    'tags.index': { paramsTuple?: []; params?: {} }
    'tags.store': { paramsTuple?: []; params?: {} }
    'tags.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'tags.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_groups.store': { paramsTuple?: []; params?: {} }
    'server_groups.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_groups.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_filters.store': { paramsTuple?: []; params?: {} }
    'server_filters.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'terminals.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'terminals.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'terminal_tickets.store': { paramsTuple: [ParamValue,ParamValue]; params: {'id': ParamValue,'terminalId': ParamValue} }
    'terminal_sockets.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'runs.index': { paramsTuple?: []; params?: {} }
    'runs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_logs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_logs.download': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_events.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_cancellations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'scripts.create': { paramsTuple?: []; params?: {} }
    'scripts.store': { paramsTuple?: []; params?: {} }
    'scripts.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'scripts.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'scripts.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'scripts.index': { paramsTuple?: []; params?: {} }
    'scripts.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'script_runs.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'script_runs.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'bulk_runs.index': { paramsTuple?: []; params?: {} }
    'bulk_runs.create': { paramsTuple?: []; params?: {} }
    'command_runs.create': { paramsTuple?: []; params?: {} }
    'command_runs.store': { paramsTuple?: []; params?: {} }
    'action_runs.create': { paramsTuple?: []; params?: {} }
    'action_runs.store': { paramsTuple?: []; params?: {} }
    'bulk_runs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'bulk_run_events.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'bulk_run_confirmations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'bulk_run_cancellations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'ssh_keys.index': { paramsTuple?: []; params?: {} }
    'ssh_keys.create': { paramsTuple?: []; params?: {} }
    'ssh_keys.store': { paramsTuple?: []; params?: {} }
    'imported_keys.create': { paramsTuple?: []; params?: {} }
    'imported_keys.store': { paramsTuple?: []; params?: {} }
    'ssh_keys.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'ssh_keys.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'ssh_keys.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'key_installations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'shared_logins.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'key_rotations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'people_keys.index': { paramsTuple?: []; params?: {} }
    'people_keys.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'people_key_installations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'key_removals.store': { paramsTuple?: []; params?: {} }
    'key_rotations.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'key_rotation_retries.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_keys.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'key_looks.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_key_rotations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'account_keys.index': { paramsTuple?: []; params?: {} }
    'account_keys.store': { paramsTuple?: []; params?: {} }
    'account_keys.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.create': { paramsTuple?: []; params?: {} }
    'projects.store': { paramsTuple?: []; params?: {} }
    'projects.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'placements.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'placements.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_variables.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_variables.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'variable_imports.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'variable_exports.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_variables.destroy': { paramsTuple: [ParamValue,ParamValue]; params: {'id': ParamValue,'key': ParamValue} }
    'git_hosts.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'git_hosts.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_drafts.create': { paramsTuple?: []; params?: {} }
    'project_drafts.store': { paramsTuple?: []; params?: {} }
    'project_drafts.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_drafts.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_drafts.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_drafts.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'draft_readings.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'draft_git_hosts.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'draft_git_hosts.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_templates.index': { paramsTuple?: []; params?: {} }
    'project_templates.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_templates.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.index': { paramsTuple?: []; params?: {} }
    'projects.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'deployments.index': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'deployments.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'deployments.show': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'redeployments.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'plans.show': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'plans.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'draft_projects.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'draft_projects.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'deployment_events.index': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'deployment_cancellations.store': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'deployment_recoveries.store': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'waiting_cancellations.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'rollbacks.store': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'releaseId': ParamValue} }
    'rollbacks.create': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'releaseId': ParamValue} }
    'hooks.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'webhooks.show': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'webhooks.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'webhooks.destroy': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'processes.index': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'processes.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'processes.edit': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'name': ParamValue} }
    'processes.update': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'name': ParamValue} }
    'processes.destroy': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'name': ParamValue} }
    'process_acts.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'journals.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'sites.edit': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'sites.update': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'api_tokens.index': { paramsTuple?: []; params?: {} }
    'api_tokens.store': { paramsTuple?: []; params?: {} }
    'api_tokens.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.token.show': { paramsTuple?: []; params?: {} }
    'api.servers.index': { paramsTuple?: []; params?: {} }
    'api.servers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.projects.index': { paramsTuple?: []; params?: {} }
    'api.projects.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.deployments.index': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'api.deployments.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'api.deployments.show': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'api.deployment_cancellations.store': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'health.ready': { paramsTuple?: []; params?: {} }
    'diagnosis.show': { paramsTuple?: []; params?: {} }
    'activities.index': { paramsTuple?: []; params?: {} }
    'activity_exports.show': { paramsTuple?: []; params?: {} }
    'panel_activities.index': { paramsTuple?: []; params?: {} }
    'panel_activity_exports.show': { paramsTuple?: []; params?: {} }
    'palette.index': { paramsTuple?: []; params?: {} }
    'general_settings.edit': { paramsTuple?: []; params?: {} }
    'general_settings.update': { paramsTuple?: []; params?: {} }
    'mail_settings.edit': { paramsTuple?: []; params?: {} }
    'mail_settings.update': { paramsTuple?: []; params?: {} }
    'test_mails.store': { paramsTuple?: []; params?: {} }
    'network_settings.edit': { paramsTuple?: []; params?: {} }
    'network_settings.update': { paramsTuple?: []; params?: {} }
    'retention_settings.edit': { paramsTuple?: []; params?: {} }
    'retention_settings.update': { paramsTuple?: []; params?: {} }
    'users.index': { paramsTuple?: []; params?: {} }
    'users.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'users.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'user_deactivations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'user_deactivations.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'administrators.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'administrators.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'user_sessions.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'user_second_factors.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'user_password_resets.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'usage.show': { paramsTuple?: []; params?: {} }
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
  GET: {
    'home': { paramsTuple?: []; params?: {} }
    'health.live': { paramsTuple?: []; params?: {} }
    'design_system': { paramsTuple?: []; params?: {} }
    'setup.create': { paramsTuple?: []; params?: {} }
    'session.create': { paramsTuple?: []; params?: {} }
    'second_factors.create': { paramsTuple?: []; params?: {} }
    'password_requests.create': { paramsTuple?: []; params?: {} }
    'password_resets.create': { paramsTuple?: []; params?: {} }
    'confirmations.create': { paramsTuple?: []; params?: {} }
    'sign_ups.create': { paramsTuple?: []; params?: {} }
    'sign_up_completions.create': { paramsTuple?: []; params?: {} }
    'account.edit': { paramsTuple?: []; params?: {} }
    'account_email.edit': { paramsTuple?: []; params?: {} }
    'account_security.show': { paramsTuple?: []; params?: {} }
    'account_password.edit': { paramsTuple?: []; params?: {} }
    'authenticator.create': { paramsTuple?: []; params?: {} }
    'recovery_codes.show': { paramsTuple?: []; params?: {} }
    'passkeys.create': { paramsTuple?: []; params?: {} }
    'passkeys.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'account_sessions.index': { paramsTuple?: []; params?: {} }
    'teams.create': { paramsTuple?: []; params?: {} }
    'team_roles.show': { paramsTuple?: []; params?: {} }
    'team_settings.edit': { paramsTuple?: []; params?: {} }
    'members.index': { paramsTuple?: []; params?: {} }
    'members.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'invitations.create': { paramsTuple?: []; params?: {} }
    'invitation_acceptances.show': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'dashboard.show': { paramsTuple?: []; params?: {} }
    'servers.index': { paramsTuple?: []; params?: {} }
    'servers.create': { paramsTuple?: []; params?: {} }
    'servers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'servers.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_connections.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_host_keys.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_addresses.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'login_keys.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'tags.index': { paramsTuple?: []; params?: {} }
    'terminals.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'terminal_sockets.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'runs.index': { paramsTuple?: []; params?: {} }
    'runs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_logs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_logs.download': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_events.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'scripts.create': { paramsTuple?: []; params?: {} }
    'scripts.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'scripts.index': { paramsTuple?: []; params?: {} }
    'scripts.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'script_runs.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'bulk_runs.index': { paramsTuple?: []; params?: {} }
    'bulk_runs.create': { paramsTuple?: []; params?: {} }
    'command_runs.create': { paramsTuple?: []; params?: {} }
    'action_runs.create': { paramsTuple?: []; params?: {} }
    'bulk_runs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'bulk_run_events.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'ssh_keys.index': { paramsTuple?: []; params?: {} }
    'ssh_keys.create': { paramsTuple?: []; params?: {} }
    'imported_keys.create': { paramsTuple?: []; params?: {} }
    'ssh_keys.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'people_keys.index': { paramsTuple?: []; params?: {} }
    'people_keys.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'key_rotations.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_keys.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'account_keys.index': { paramsTuple?: []; params?: {} }
    'projects.create': { paramsTuple?: []; params?: {} }
    'projects.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'placements.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_variables.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'variable_exports.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'git_hosts.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_drafts.create': { paramsTuple?: []; params?: {} }
    'project_drafts.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_drafts.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'draft_git_hosts.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_templates.index': { paramsTuple?: []; params?: {} }
    'projects.index': { paramsTuple?: []; params?: {} }
    'projects.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'deployments.index': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'deployments.show': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'plans.show': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'draft_projects.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'deployment_events.index': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'rollbacks.create': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'releaseId': ParamValue} }
    'webhooks.show': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'processes.index': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'processes.edit': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'name': ParamValue} }
    'sites.edit': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'api_tokens.index': { paramsTuple?: []; params?: {} }
    'api.token.show': { paramsTuple?: []; params?: {} }
    'api.servers.index': { paramsTuple?: []; params?: {} }
    'api.servers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.projects.index': { paramsTuple?: []; params?: {} }
    'api.projects.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.deployments.index': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'api.deployments.show': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'health.ready': { paramsTuple?: []; params?: {} }
    'diagnosis.show': { paramsTuple?: []; params?: {} }
    'activities.index': { paramsTuple?: []; params?: {} }
    'activity_exports.show': { paramsTuple?: []; params?: {} }
    'panel_activities.index': { paramsTuple?: []; params?: {} }
    'panel_activity_exports.show': { paramsTuple?: []; params?: {} }
    'palette.index': { paramsTuple?: []; params?: {} }
    'general_settings.edit': { paramsTuple?: []; params?: {} }
    'mail_settings.edit': { paramsTuple?: []; params?: {} }
    'network_settings.edit': { paramsTuple?: []; params?: {} }
    'retention_settings.edit': { paramsTuple?: []; params?: {} }
    'users.index': { paramsTuple?: []; params?: {} }
    'users.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'usage.show': { paramsTuple?: []; params?: {} }
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
  HEAD: {
    'home': { paramsTuple?: []; params?: {} }
    'health.live': { paramsTuple?: []; params?: {} }
    'design_system': { paramsTuple?: []; params?: {} }
    'setup.create': { paramsTuple?: []; params?: {} }
    'session.create': { paramsTuple?: []; params?: {} }
    'second_factors.create': { paramsTuple?: []; params?: {} }
    'password_requests.create': { paramsTuple?: []; params?: {} }
    'password_resets.create': { paramsTuple?: []; params?: {} }
    'confirmations.create': { paramsTuple?: []; params?: {} }
    'sign_ups.create': { paramsTuple?: []; params?: {} }
    'sign_up_completions.create': { paramsTuple?: []; params?: {} }
    'account.edit': { paramsTuple?: []; params?: {} }
    'account_email.edit': { paramsTuple?: []; params?: {} }
    'account_security.show': { paramsTuple?: []; params?: {} }
    'account_password.edit': { paramsTuple?: []; params?: {} }
    'authenticator.create': { paramsTuple?: []; params?: {} }
    'recovery_codes.show': { paramsTuple?: []; params?: {} }
    'passkeys.create': { paramsTuple?: []; params?: {} }
    'passkeys.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'account_sessions.index': { paramsTuple?: []; params?: {} }
    'teams.create': { paramsTuple?: []; params?: {} }
    'team_roles.show': { paramsTuple?: []; params?: {} }
    'team_settings.edit': { paramsTuple?: []; params?: {} }
    'members.index': { paramsTuple?: []; params?: {} }
    'members.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'invitations.create': { paramsTuple?: []; params?: {} }
    'invitation_acceptances.show': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'dashboard.show': { paramsTuple?: []; params?: {} }
    'servers.index': { paramsTuple?: []; params?: {} }
    'servers.create': { paramsTuple?: []; params?: {} }
    'servers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'servers.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_connections.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_host_keys.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_addresses.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'login_keys.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'tags.index': { paramsTuple?: []; params?: {} }
    'terminals.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'terminal_sockets.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'runs.index': { paramsTuple?: []; params?: {} }
    'runs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_logs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_logs.download': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'run_events.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'scripts.create': { paramsTuple?: []; params?: {} }
    'scripts.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'scripts.index': { paramsTuple?: []; params?: {} }
    'scripts.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'script_runs.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'bulk_runs.index': { paramsTuple?: []; params?: {} }
    'bulk_runs.create': { paramsTuple?: []; params?: {} }
    'command_runs.create': { paramsTuple?: []; params?: {} }
    'action_runs.create': { paramsTuple?: []; params?: {} }
    'bulk_runs.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'bulk_run_events.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'ssh_keys.index': { paramsTuple?: []; params?: {} }
    'ssh_keys.create': { paramsTuple?: []; params?: {} }
    'imported_keys.create': { paramsTuple?: []; params?: {} }
    'ssh_keys.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'people_keys.index': { paramsTuple?: []; params?: {} }
    'people_keys.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'key_rotations.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_keys.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'account_keys.index': { paramsTuple?: []; params?: {} }
    'projects.create': { paramsTuple?: []; params?: {} }
    'projects.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'placements.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_variables.index': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'variable_exports.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'git_hosts.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_drafts.create': { paramsTuple?: []; params?: {} }
    'project_drafts.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_drafts.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'draft_git_hosts.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_templates.index': { paramsTuple?: []; params?: {} }
    'projects.index': { paramsTuple?: []; params?: {} }
    'projects.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'deployments.index': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'deployments.show': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'plans.show': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'draft_projects.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'deployment_events.index': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'rollbacks.create': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'releaseId': ParamValue} }
    'webhooks.show': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'processes.index': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'processes.edit': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'name': ParamValue} }
    'sites.edit': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'api_tokens.index': { paramsTuple?: []; params?: {} }
    'api.token.show': { paramsTuple?: []; params?: {} }
    'api.servers.index': { paramsTuple?: []; params?: {} }
    'api.servers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.projects.index': { paramsTuple?: []; params?: {} }
    'api.projects.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.deployments.index': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'api.deployments.show': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'health.ready': { paramsTuple?: []; params?: {} }
    'diagnosis.show': { paramsTuple?: []; params?: {} }
    'activities.index': { paramsTuple?: []; params?: {} }
    'activity_exports.show': { paramsTuple?: []; params?: {} }
    'panel_activities.index': { paramsTuple?: []; params?: {} }
    'panel_activity_exports.show': { paramsTuple?: []; params?: {} }
    'palette.index': { paramsTuple?: []; params?: {} }
    'general_settings.edit': { paramsTuple?: []; params?: {} }
    'mail_settings.edit': { paramsTuple?: []; params?: {} }
    'network_settings.edit': { paramsTuple?: []; params?: {} }
    'retention_settings.edit': { paramsTuple?: []; params?: {} }
    'users.index': { paramsTuple?: []; params?: {} }
    'users.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'usage.show': { paramsTuple?: []; params?: {} }
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
  POST: {
    'setup.store': { paramsTuple?: []; params?: {} }
    'session.store': { paramsTuple?: []; params?: {} }
    'session.destroy': { paramsTuple?: []; params?: {} }
    'passkey_sessions.store': { paramsTuple?: []; params?: {} }
    'login_challenges.store': { paramsTuple?: []; params?: {} }
    'second_factors.store': { paramsTuple?: []; params?: {} }
    'second_factor_passkeys.store': { paramsTuple?: []; params?: {} }
    'second_factor_challenges.store': { paramsTuple?: []; params?: {} }
    'password_requests.store': { paramsTuple?: []; params?: {} }
    'password_resets.store': { paramsTuple?: []; params?: {} }
    'confirmations.store': { paramsTuple?: []; params?: {} }
    'confirmation_passkeys.store': { paramsTuple?: []; params?: {} }
    'confirmation_challenges.store': { paramsTuple?: []; params?: {} }
    'sign_ups.store': { paramsTuple?: []; params?: {} }
    'sign_up_completions.store': { paramsTuple?: []; params?: {} }
    'authenticator.store': { paramsTuple?: []; params?: {} }
    'recovery_codes.store': { paramsTuple?: []; params?: {} }
    'recovery_code_file.store': { paramsTuple?: []; params?: {} }
    'passkey_options.store': { paramsTuple?: []; params?: {} }
    'passkeys.store': { paramsTuple?: []; params?: {} }
    'teams.store': { paramsTuple?: []; params?: {} }
    'team_switches.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'team_transfers.store': { paramsTuple?: []; params?: {} }
    'departures.store': { paramsTuple?: []; params?: {} }
    'invitations.store': { paramsTuple?: []; params?: {} }
    'invitation_acceptances.store': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'invitation_accounts.store': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'servers.store': { paramsTuple?: []; params?: {} }
    'server_connections.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_checks.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_preparations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'login_keys.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_taggings.store': { paramsTuple?: []; params?: {} }
    'server_groupings.store': { paramsTuple?: []; params?: {} }
    'server_check_requests.store': { paramsTuple?: []; params?: {} }
    'tags.store': { paramsTuple?: []; params?: {} }
    'server_groups.store': { paramsTuple?: []; params?: {} }
    'server_filters.store': { paramsTuple?: []; params?: {} }
    'terminals.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'terminal_tickets.store': { paramsTuple: [ParamValue,ParamValue]; params: {'id': ParamValue,'terminalId': ParamValue} }
    'run_cancellations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'scripts.store': { paramsTuple?: []; params?: {} }
    'script_runs.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'command_runs.store': { paramsTuple?: []; params?: {} }
    'action_runs.store': { paramsTuple?: []; params?: {} }
    'bulk_run_confirmations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'bulk_run_cancellations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'ssh_keys.store': { paramsTuple?: []; params?: {} }
    'imported_keys.store': { paramsTuple?: []; params?: {} }
    'key_installations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'shared_logins.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'key_rotations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'people_key_installations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'key_removals.store': { paramsTuple?: []; params?: {} }
    'key_rotation_retries.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'key_looks.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_key_rotations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'account_keys.store': { paramsTuple?: []; params?: {} }
    'projects.store': { paramsTuple?: []; params?: {} }
    'project_variables.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'variable_imports.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'git_hosts.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_drafts.store': { paramsTuple?: []; params?: {} }
    'draft_readings.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'draft_git_hosts.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_templates.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'deployments.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'redeployments.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'plans.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'draft_projects.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'deployment_cancellations.store': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'deployment_recoveries.store': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'waiting_cancellations.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'rollbacks.store': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'releaseId': ParamValue} }
    'hooks.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'webhooks.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'processes.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'process_acts.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'journals.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'api_tokens.store': { paramsTuple?: []; params?: {} }
    'api.deployments.store': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'api.deployment_cancellations.store': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'id': ParamValue} }
    'test_mails.store': { paramsTuple?: []; params?: {} }
    'user_deactivations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'administrators.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'user_password_resets.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
  PUT: {
    'account.update': { paramsTuple?: []; params?: {} }
    'account_theme.update': { paramsTuple?: []; params?: {} }
    'account_email.update': { paramsTuple?: []; params?: {} }
    'account_password.update': { paramsTuple?: []; params?: {} }
    'passkeys.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'team_settings.update': { paramsTuple?: []; params?: {} }
    'member_roles.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'member_access.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'servers.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_host_keys.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_addresses.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'login_keys.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'tags.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_groups.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'scripts.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'ssh_keys.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'placements.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_drafts.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'processes.update': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'name': ParamValue} }
    'sites.update': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'general_settings.update': { paramsTuple?: []; params?: {} }
    'mail_settings.update': { paramsTuple?: []; params?: {} }
    'network_settings.update': { paramsTuple?: []; params?: {} }
    'retention_settings.update': { paramsTuple?: []; params?: {} }
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
  DELETE: {
    'authenticator.destroy': { paramsTuple?: []; params?: {} }
    'passkeys.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'other_sessions.destroy': { paramsTuple?: []; params?: {} }
    'account_sessions.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'teams.destroy': { paramsTuple?: []; params?: {} }
    'members.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'invitations.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'servers.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'login_keys.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'tags.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_groups.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'server_filters.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'scripts.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'ssh_keys.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'account_keys.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'projects.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_variables.destroy': { paramsTuple: [ParamValue,ParamValue]; params: {'id': ParamValue,'key': ParamValue} }
    'project_drafts.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'project_templates.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'webhooks.destroy': { paramsTuple: [ParamValue]; params: {'projectId': ParamValue} }
    'processes.destroy': { paramsTuple: [ParamValue,ParamValue]; params: {'projectId': ParamValue,'name': ParamValue} }
    'api_tokens.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'users.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'user_deactivations.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'administrators.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'user_sessions.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'user_second_factors.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
  OPTIONS: {
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
  PATCH: {
    'not_found': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
}
declare module '@adonisjs/core/types/http' {
  export interface RoutesList extends ScannedRoutes {}
}