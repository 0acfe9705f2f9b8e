import router from '@adonisjs/core/services/router'
import { fingerprint } from '#engine/ssh/host_key'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { requirements, type Need } from '#start/authorization'
import { PASSWORD, type Belongings } from '#tests/support/tenants'
import type { Fields } from '#tests/support/visitor'

/** One way into the panel. */
export interface CatalogueRoute {
  name: string
  method: string
  pattern: string
  need: Need
  /** Whether it asks for a recent proof of who one is. */
  recent: boolean
}

/**
 * Every route the router knows, once per method that is not HEAD, but for the one that stands for
 * all paths that are not there.
 */
export function allRoutes(): CatalogueRoute[] {
  return Object.values(router.toJSON())
    .flat()
    .filter(({ pattern }) => !pattern.includes('*'))
    .flatMap((route) =>
      route.methods
        .filter((method) => method !== 'HEAD')
        .map((method) => ({
          name: route.name!,
          method,
          pattern: route.pattern,
          ...requirements[route.name!],
        }))
    )
}

export const isPublic = ({ need }: CatalogueRoute) =>
  need === 'public' || need === 'guest' || need === 'signature'

/** Whether it is for programs with a token. */
export const isApi = ({ name }: CatalogueRoute) => name.startsWith('api.')

export const hasParams = ({ pattern }: CatalogueRoute) => pattern.includes(':')

/**
 * The route's path with its parameters filled in from what a team owns. A parameter stands for a
 * thing of the noun in front of it, as in `/servers/:id`.
 *
 * @throws when there is no such noun here: give it an entry, so that no route goes untested
 */
export function pathOf(route: CatalogueRoute, belongings: Belongings): string {
  const ids = identifiers(route.name, belongings)
  const parts = route.pattern.split('/')
  return parts
    .map((part, index) => {
      if (!part.startsWith(':')) return part
      const id = ids[parts[index - 1]]
      if (!id) {
        throw new Error(
          `Nothing stands for ${part} of ${route.pattern}: name it in tests/support/route_catalogue.ts.`
        )
      }
      return id
    })
    .join('/')
}

function identifiers(name: string, belongings: Belongings): Record<string, string> {
  const connects = name.startsWith('server_connections.')
  const ofBulkRun: Record<string, { id: string }> = {
    'bulk_run_confirmations.store': belongings.draft,
    'bulk_run_cancellations.store': belongings.openBulkRun,
  }
  return {
    'servers': (connects ? belongings.unconfirmedServer : belongings.server).id,
    'terminals': belongings.terminal.id,
    'runs': (name === 'run_cancellations.store' ? belongings.openRun : belongings.run).id,
    'scripts': belongings.script.id,
    'bulk-runs': (ofBulkRun[name] ?? belongings.bulkRun).id,
    'tags': belongings.tag.id,
    'server-groups': belongings.group.id,
    'server-filters': belongings.savedFilter.id,
    'projects': belongings.project.id,
    'project-drafts': belongings.projectDraft.id,
    'project-templates': belongings.projectTemplate.id,
    'deployments': belongings.deployment.id,
    'hooks': belongings.webhook.id,
    'releases': belongings.release.id,
    'variables': belongings.variable.key,
    'processes': belongings.process.name,
    'tokens': belongings.token.id,
    'sessions': belongings.signIn.id,
    'passkeys': belongings.passkey.id,
    'teams': belongings.server.teamId,
    'members': belongings.member.id,
    'users': belongings.member.userId,
    'ssh-keys': (name.startsWith('account_keys.') ? belongings.publicKey : belongings.sshKey).id,
    'people-keys': belongings.publicKey.id,
    'key-rotations': belongings.rotation.id,
    'invitations': name.startsWith('invitations.')
      ? belongings.invitation.id
      : belongings.invitationToken,
  }
}

/**
 * What a person would send to a route that changes something, all of it acceptable.
 *
 * @throws when the route has no entry: give it one, so that no form goes untested
 */
export function acceptableFields(route: CatalogueRoute, belongings: Belongings): Fields {
  const fields = forms(belongings)[route.name]
  if (!fields) {
    throw new Error(
      `No fields are known for ${route.name}: name them in tests/support/route_catalogue.ts.`
    )
  }
  return fields
}

/** A private key that someone may bring. */
const IMPORTED = generateKeyPair('')

let count = 0

function forms(belongings: Belongings): Record<string, Fields> {
  const { server, unconfirmedServer, project } = belongings
  const number = ++count
  const processFields = {
    instances: '2',
    memoryMegabytes: '512',
    cpuPercent: '100',
    restart: 'always',
    graceSeconds: '20',
  }
  const source = {
    repositoryUrl: 'https://git.example.com/team/shop.git',
    branch: 'main',
    refKind: 'branch',
    sourceDirectory: 'apps/shop',
    accessUser: 'x-access-token',
    accessToken: 'ghp_0123456789',
  }
  const settings = {
    name: `Shop ${number}`,
    runtime: 'process',
    buildCommands: 'npm ci',
    startCommand: 'node server.js',
    publicDirectory: '.',
    domain: `shop-${number}.example.com`,
    listenPort: '80',
    healthPath: '/health',
    healthTimeoutSeconds: '30',
    healthCodes: '200-399',
    healthText: 'well',
    healthAnswerSeconds: '10',
    keepReleases: '5',
    queuePolicy: 'every',
    deadlineMinutes: '90',
    processesFrom: 'form',
    phpVersion: '8.2',
    phpFiles: 'front',
    phpWorkers: '8',
    beforeSwitch: 'npm run migrate',
    afterSwitch: 'npm run warm',
    sharedDirectories: 'storage/app',
    sharedFiles: 'config.json',
  }
  const execution = {
    body: 'uptime',
    interpreter: 'bash',
    runAs: 'user',
    runAsUser: 'www-data',
    timeoutSeconds: '300',
  }
  const script = {
    ...execution,
    'description': 'Says hello',
    'parameters[0][name]': 'GREETING',
    'parameters[0][type]': 'choice',
    'parameters[0][label]': 'Greeting',
    'parameters[0][choices]': 'hello, good day',
    'parameters[0][defaultValue]': 'hello',
    'parameters[0][required]': 'on',
    'asksFirst': 'on',
  }
  const going = {
    'servers[]': [server.id],
    'concurrency': '10',
    'canary': '1',
    'waveSize': '0',
    'stopAfter': '1',
    'once': `01K${String(number).padStart(23, '0')}`,
  }
  return {
    'setup.store': {
      token: 'x'.repeat(43),
      fullName: 'Ada Lovelace',
      teamName: 'Engines',
      email: `ada-${number}@example.com`,
      password: 'a long enough password',
    },
    'session.store': { email: 'ada@example.com', password: 'a long enough password' },
    'session.destroy': {},
    'passkey_sessions.store': { response: '{}' },
    'login_challenges.store': {},
    'second_factors.store': { code: '123456' },
    'second_factor_passkeys.store': { response: '{}' },
    'second_factor_challenges.store': {},
    'password_requests.store': { email: `ada-${number}@example.com` },
    'password_resets.store': { token: 'x'.repeat(43), password: 'a long enough password' },
    'confirmations.store': { password: PASSWORD },
    'confirmation_passkeys.store': { response: '{}' },
    'confirmation_challenges.store': {},
    'sign_ups.store': {
      fullName: 'Ada Lovelace',
      teamName: 'Engines',
      email: `ada-${number}@example.com`,
      password: 'a long enough password',
    },
    'sign_up_completions.store': {
      token: 'x'.repeat(43),
      fullName: 'Ada Lovelace',
      teamName: 'Engines',
      password: 'a long enough password',
    },
    'account.update': {
      ...{ fullName: 'Ada Lovelace', timeZone: 'Europe/Berlin', theme: 'dark' },
      mailedDeployments: 'critical',
    },
    'account_theme.update': { theme: 'dark' },
    'account_email.update': { email: `ada-${number}@example.com` },
    'account_password.update': {
      currentPassword: PASSWORD,
      password: 'another long enough password',
    },
    'account_sessions.destroy': {},
    'other_sessions.destroy': {},
    'authenticator.store': { code: '123456' },
    'authenticator.destroy': {},
    'recovery_codes.store': {},
    'recovery_code_file.store': { codes: 'k7qf-2m9x-c4wd\nk7qf-2m9x-c4we' },
    'passkey_options.store': {},
    'passkeys.store': { name: 'Laptop', response: '{}' },
    'passkeys.update': { name: 'Phone' },
    'passkeys.destroy': {},
    'teams.store': { name: `Team ${number}` },
    'team_switches.store': {},
    'teams.destroy': { confirm: 'Engines' },
    'team_settings.update': { name: `Team ${number}` },
    'team_transfers.store': { memberId: belongings.member.id, teamName: 'Engines' },
    'members.destroy': {},
    'member_roles.update': { role: 'deployer' },
    'member_access.update': {
      'sees': 'granted',
      'servers[]': [server.id],
      'projects[]': [project.id],
    },
    'departures.store': {},
    'invitations.store': { email: `grace-${number}@example.com`, role: 'viewer', sees: 'granted' },
    'invitations.destroy': {},
    'invitation_acceptances.store': {},
    'invitation_accounts.store': { fullName: 'Grace Hopper', password: 'a long enough password' },
    'servers.store': {
      'name': `web-${number}`,
      'host': `web-${number}.example.com`,
      'port': '22',
      'username': 'root',
      'login': 'imported',
      'privateKey': IMPORTED.privateKey.reveal(),
      'jumpServerId': server.id,
      'groupId': belongings.group.id,
      'tags[]': [belongings.tag.id],
    },
    'servers.update': {
      'name': `db-${number}`,
      'groupId': belongings.group.id,
      'tags[]': [belongings.tag.id],
    },
    'servers.destroy': { confirm: server.name },
    'server_connections.store': {
      fingerprint: fingerprint(unconfirmedServer.offeredHostKey ?? unconfirmedServer.hostKeys[0]),
      password: 'the password of root',
    },
    'server_checks.store': {},
    'server_preparations.store': { 'chosen': 'yes', 'software[]': ['node', 'php'] },
    'ssh_keys.store': { name: `Web ${number}`, type: 'ed25519', expiresOn: '2099-12-31' },
    'imported_keys.store': {
      name: `Old ${number}`,
      privateKey: generateKeyPair('').privateKey.reveal(),
      passphrase: '',
      expiresOn: '',
    },
    'ssh_keys.update': { name: `Web ${number}`, expiresOn: '2099-12-31' },
    'ssh_keys.destroy': { confirm: belongings.sshKey.name },
    'key_installations.store': { 'servers[]': [server.id], 'unixUser': 'deploy' },
    'shared_logins.store': { 'servers[]': [server.id] },
    'key_rotations.store': { expiresOn: '2099-12-31' },
    'key_rotation_retries.store': {},
    'people_key_installations.store': {
      'servers[]': [server.id],
      'unixUser': 'deploy',
      'removedOnExpiry': 'on',
    },
    'key_removals.store': { 'installations[]': [belongings.installation.id] },
    'key_looks.store': {},
    'server_key_rotations.store': {},
    'account_keys.store': {
      name: `Laptop ${number}`,
      publicKey: generateKeyPair('ada@laptop').publicKey,
      expiresOn: '2099-12-31',
    },
    'account_keys.destroy': {},
    'terminals.store': {},
    'terminal_tickets.store': { secret: 'a'.repeat(43) },
    'server_host_keys.update': { fingerprint: fingerprint(server.hostKeys[0]) },
    'server_addresses.update': {
      host: `db-${number}.example.com`,
      port: '2222',
      username: 'deploy',
      jumpServerId: belongings.jumpServer.id,
    },
    'login_keys.store': { login: 'imported', privateKey: IMPORTED.privateKey.reveal() },
    'login_keys.update': {},
    'login_keys.destroy': {},
    'server_taggings.store': {
      'servers[]': [server.id],
      'tag': belongings.tag.id,
      'mode': 'remove',
    },
    'server_groupings.store': { 'servers[]': [server.id], 'into': belongings.group.id },
    'server_check_requests.store': { 'servers[]': [server.id] },
    'tags.store': { name: `Tag ${number}`, colour: 'moss' },
    'tags.update': { name: `Tag ${number}`, colour: 'moss' },
    'tags.destroy': {},
    'server_groups.store': { name: `Group ${number}`, colour: 'clay' },
    'server_groups.update': { name: `Group ${number}`, colour: 'clay' },
    'server_groups.destroy': {},
    'server_filters.store': { name: `Filter ${number}`, query: 'status[]=unreachable' },
    'server_filters.destroy': {},
    'run_cancellations.store': {},
    'scripts.store': { ...script, name: `Script ${number}` },
    'scripts.update': { ...script, name: `Script ${number}` },
    'scripts.destroy': { confirm: belongings.script.name },
    'script_runs.store': { ...going, 'parameters[GREETING]': 'hello' },
    'command_runs.store': { ...going, ...execution, name: 'Look around' },
    'action_runs.store': { ...going, action: 'restart', service: 'nginx' },
    'bulk_run_confirmations.store': {},
    'bulk_run_cancellations.store': {},
    'projects.store': { ...source, ...settings, serverId: server.id, slug: `shop-${number}` },
    'projects.update': { ...source, ...settings },
    'projects.destroy': { confirm: project.name },
    'placements.update': {
      'servers[]': [server.id],
      'rollout': 'together',
      'rollingBatch': '1',
      'rollingFailure': 'stay',
    },
    'project_variables.store': { key: 'API_KEY', value: 'some value' },
    'project_variables.destroy': {},
    'variable_imports.store': { dotenv: 'API_KEY=some value\n', isSecret: 'on' },
    'git_hosts.store': { fingerprint: fingerprint(belongings.gitHost.hostKeys[0]) },
    'project_drafts.store': { ...source, serverId: server.id },
    'project_drafts.update': { ...source, serverId: server.id },
    'project_drafts.destroy': {},
    'draft_readings.store': {},
    'draft_git_hosts.store': { fingerprint: fingerprint(belongings.gitHost.hostKeys[0]) },
    'draft_projects.store': { ...settings, slug: `draft-${number}` },
    'project_templates.store': { name: `Template ${number}` },
    'project_templates.destroy': {},
    'plans.store': {},
    'deployments.store': { reason: 'The shop is slow', commit: 'c'.repeat(40) },
    'redeployments.store': {},
    'rollbacks.store': {},
    'deployment_cancellations.store': {},
    'deployment_recoveries.store': {},
    'waiting_cancellations.store': {},
    'webhooks.store': { provider: 'gitlab' },
    'webhooks.destroy': {},
    'hooks.store': { payload: '{}' },
    'processes.store': { ...processFields, name: `mailer${number}`, command: 'node mailer.js' },
    'processes.update': { ...processFields, command: 'node worker.js' },
    'processes.destroy': {},
    'process_acts.store': { act: 'restart', process: belongings.process.name },
    'journals.store': { process: belongings.process.name },
    'sites.update': { act: 'keep', server: belongings.server.id, checksum: 'a'.repeat(64) },
    'api_tokens.store': {
      'name': `CI ${number}`,
      'abilities[]': ['projects.view', 'projects.deploy'],
      'projectId': project.id,
      'lifetimeDays': '90',
    },
    'api_tokens.destroy': {},
    'api.deployments.store': { reason: 'The shop is slow' },
    'api.deployment_cancellations.store': {},
    'general_settings.update': { baseUrl: 'https://panel.example.com', signUp: 'off' },
    'mail_settings.update': {
      smtpHost: 'smtp.example.com',
      smtpPort: '587',
      smtpSecurity: 'starttls',
      smtpUsername: 'muster',
      password: 'the password of the mailbox',
      mailFrom: 'Muster <muster@example.com>',
    },
    'test_mails.store': {},
    'network_settings.update': { egressAllowed: '10.20.0.0/16\nchat.internal.example.com' },
    'retention_settings.update': { runRetentionDays: '90', activityRetentionDays: '730' },
    'users.destroy': { confirm: belongings.member.user.email },
    'user_deactivations.store': {},
    'user_deactivations.destroy': {},
    'administrators.store': {},
    'administrators.destroy': {},
    'user_sessions.destroy': {},
    'user_second_factors.destroy': {},
    'user_password_resets.store': {},
  }
}
