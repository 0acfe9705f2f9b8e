/**
 * What happened, in words, for every action. One that begins with a small letter goes on from who
 * acted: "Ada" "added the server web-1". `{subject}` is the thing it was done to, `{key}` a detail
 * of that name; `{key|code}` is one for machines, `{key|duration}` a number of seconds. Spaces
 * stand around each.
 */
export const sentences: Readonly<Record<string, string>> = {
  'server.added': 'added the server {subject}',
  'server.connected': 'confirmed the host key of {subject} and connected it',
  'server.connection_failed': 'could not connect {subject}',
  'server.preparation_started': 'began to prepare {subject}',
  'server.updated': 'changed {subject}',
  'server.moved': 'changed the address of {subject}',
  'server.host_key_pinned': 'pinned {subject} to another host key',
  'server.key_proposed': 'began to replace the key of {subject}',
  'server.key_dropped': 'kept the present key of {subject}',
  'server.key_replaced': 'replaced the key of {subject}',
  'server.tagged': 'put the tag {subject} on {count} servers',
  'server.untagged': 'took the tag {subject} off {count} servers',
  'server.grouped': 'put {count} servers into {subject}',
  'server.ungrouped': 'took {count} servers out of their groups',
  'server.removed': 'removed the server {subject}',
  'server.unreachable': '{subject} does not answer',
  'server.login_refused': '{subject} refuses the login of Muster',
  'server.host_key_changed': '{subject} offers another host key',
  'server.root_lost': '{subject} no longer gives Muster root rights',
  'server.back': '{subject} is back after {afterSeconds|duration}',
  'server.key_rotated': 'Muster logs in at {subject} with a new key',
  'server.key_rotation_failed': 'The login key of {subject} was not changed',

  'ssh_key.generated': 'made the key pair {subject}',
  'ssh_key.imported': 'imported the key pair {subject}',
  'ssh_key.updated': 'changed the key pair {subject}',
  'ssh_key.removed': 'removed the key pair {subject}',
  'ssh_key.expiring': 'The key pair {subject} expires on {day}',
  'ssh_key.expired': 'The key pair {subject} has expired',
  'public_key.added': 'added the public key {subject}',
  'public_key.removed': 'removed the public key {subject}',
  'public_key.expiring': 'The key {subject} of {owner} expires on {day}',
  'public_key.expired': 'The key {subject} of {owner} has expired',
  'key_installation.started': 'began to install the key {subject} on {servers}',
  'key_removal.started': 'began to remove keys from {servers}',
  'key_removal.expired': 'Keys that expired are being removed from {servers}',
  'key_rotation.started': 'began to rotate the login key {subject}',
  'key_rotation.shared': 'began to let {servers} log in with the key pair {subject}',
  'key_rotation.retried': 'tried the rotation of the login key {subject} again',

  'terminal.opened': 'opened a terminal on {subject}',
  'terminal.closed':
    'The terminal of {person} on {subject} ended after {seconds|duration} because {because}',

  'tag.created': 'made the tag {subject}',
  'tag.updated': 'changed the tag {subject}',
  'tag.removed': 'removed the tag {subject}',
  'server_group.created': 'made the group {subject}',
  'server_group.updated': 'changed the group {subject}',
  'server_group.removed': 'removed the group {subject}',
  'server_filter.saved': 'saved the filter {subject}',
  'server_filter.removed': 'removed the filter {subject}',

  'project.added': 'added the project {subject} on {server}',
  'project.updated': 'changed the settings of {subject}',
  'project.removal_started': 'began to remove the project {subject} from {server}',
  'project.removed': 'removed the project {subject}',
  'variable.set': 'set the variable {key|code} of {subject}',
  'variable.removed': 'removed the variable {key|code} of {subject}',
  'process.added': 'added the process {process|code} to {subject}',
  'process.updated': 'changed the process {process|code} of {subject}',
  'process.removed': 'removed the process {process|code} from {subject}',
  'process.start_started': 'started processes of {subject} on {server}',
  'process.stop_started': 'stopped processes of {subject} on {server}',
  'process.restart_started': 'restarted processes of {subject} on {server}',
  'process.apply_started': 'applied the processes of {subject} on {server}',
  'site.keep': 'kept the site of {subject} as it was edited by hand',
  'site.overwrite': 'decided to overwrite the edited site of {subject}',
  'git_host.confirmed': 'confirmed the host key of the git host {subject}',

  'deployment.started': 'deployed {subject} to {server}',
  'deployment.live': 'A release of {subject} went live on {server}',
  'deployment.failed': 'The deployment of {subject} to {server} failed',
  'deployment.rolled_back': 'The deployment of {subject} to {server} was taken back',
  'deployment.cancelled': 'The deployment of {subject} to {server} was cancelled',
  'deployment.lost': 'The deployment of {subject} to {server} was lost sight of',
  'rollback.started': 'rolled {subject} back to {commit|code} on {server}',

  'script.added': 'wrote the script {subject}',
  'script.updated': 'changed the script {subject}',
  'script.removed': 'removed the script {subject}',
  'bulk_run.started': 'ran {subject} on {on}',
  'bulk_run.cancel_asked': 'cancelled {subject}',
  'bulk_run.succeeded': '{subject} succeeded on {on}',
  'bulk_run.failed': '{subject} failed on {on}',
  'bulk_run.stopped': '{subject} was stopped because it failed on {on}',
  'bulk_run.author_lost_right': '{subject} was stopped because its author may no longer run it',
  'bulk_run.cancelled': '{subject} was cancelled',

  'run.cancelled': 'cancelled the run {subject}',
  'run_logs.removed': 'Logs of runs older than {olderThanDays} days were removed',

  'team.created': 'made the team {subject}',
  'team.renamed': 'renamed the team {from} to {subject}',
  'team.transferred': 'handed the team {subject} over to {to}',
  'team.removed': 'removed the team {subject}',
  'member.invited': 'invited {subject}',
  'member.joined': 'joined the team',
  'member.left': 'left the team',
  'member.removed': 'removed {subject} from the team',
  'member.role_changed': 'changed the role of {subject} from {from} to {to}',
  'member.restricted': 'changed what {subject} sees',
  'invitation.revoked': 'took back the invitation of {subject}',

  'api_token.created': 'made the API token {subject}',
  'api_token.revoked': 'revoked the API token {subject}',

  'session.begun': 'signed in',
  'session.ended': 'signed out',
  'session.revoked': 'signed out other browsers',
  'session.confirmed': 'confirmed who they are',
  'password.changed': 'changed their password',
  'password.reset_asked': 'A new password was asked for {subject}',
  'password.reset': '{subject} chose a new password by a link',
  'second_factor.enabled': 'turned on their authenticator app',
  'second_factor.disabled': 'turned off their authenticator app',
  'second_factor.removed': 'removed the second factor of {subject}',
  'second_factor.used_recovery_code': 'used a recovery code',
  'recovery_codes.issued': 'made new recovery codes',
  'passkey.added': 'added the passkey {subject}',
  'passkey.renamed': 'renamed the passkey {from} to {subject}',
  'passkey.removed': 'removed the passkey {subject}',

  'user.signed_up': 'made an account',
  'user.updated': 'changed their account',
  'user.removed': 'removed the account of {subject}',
  'user.deactivated': 'deactivated the account of {subject}',
  'user.reactivated': 'reactivated the account of {subject}',
  'user.signed_out': 'signed {subject} out everywhere',
  'user.second_factor_removed': 'removed the second factor of {subject}',
  'user.password_reset_given': 'made a link for a new password of {subject}',
  'user.made_administrator': 'made {subject} an administrator',
  'user.unmade_administrator': 'took the administration of the panel from {subject}',

  'settings.updated': 'changed settings of the panel: {subject}',
  'activity.exported': 'exported the activity',
  'activity.pruned': '{rows} old rows of activity were removed by age',
}

/**
 * Kinds of acts that people look for, each with the nouns that its actions begin with.
 */
export const groups: Readonly<Record<string, { label: string; nouns: readonly string[] }>> = {
  servers: { label: 'Servers', nouns: ['server', 'tag', 'server_group', 'server_filter'] },
  ssh_keys: {
    label: 'SSH keys',
    nouns: ['ssh_key', 'public_key', 'key_installation', 'key_removal', 'key_rotation'],
  },
  terminals: { label: 'Terminals', nouns: ['terminal'] },
  projects: { label: 'Projects', nouns: ['project', 'variable', 'process', 'site', 'git_host'] },
  deployments: { label: 'Deployments', nouns: ['deployment', 'rollback'] },
  scripts: { label: 'Scripts and bulk runs', nouns: ['script', 'bulk_run'] },
  runs: { label: 'Runs', nouns: ['run', 'run_logs'] },
  members: { label: 'Teams and members', nouns: ['team', 'member', 'invitation'] },
  tokens: { label: 'API tokens', nouns: ['api_token'] },
  accounts: {
    label: 'Accounts and sign-ins',
    nouns: ['session', 'password', 'second_factor', 'recovery_codes', 'passkey', 'user'],
  },
  settings: { label: 'Settings of the panel', nouns: ['settings'] },
  activity: { label: 'Activity', nouns: ['activity'] },
}

/**
 * The actions of a group; none for one that is not there.
 */
export function actionsOf(group: string): string[] {
  const nouns = Object.hasOwn(groups, group) ? groups[group].nouns : []
  return Object.keys(sentences).filter((action) => nouns.includes(action.split('.')[0]))
}
