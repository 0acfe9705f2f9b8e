import { randomBytes } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { ulid } from 'ulid'
import { Secret } from '#engine/shell/secret'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { BASE_ABILITY, tokenAbilities } from '#app/api_tokens/abilities'
import ApiToken from '#app/api_tokens/models/api_token'
import { hashOfToken, newToken } from '#app/api_tokens/token_text'
import Passkey from '#app/auth/models/passkey'
import type SignIn from '#app/auth/models/sign_in'
import { recordActivity } from '#app/activity/record_activity'
import BulkRun from '#app/bulk_runs/models/bulk_run'
import BulkRunTarget from '#app/bulk_runs/models/bulk_run_target'
import type { TargetState } from '#app/bulk_runs/states'
import { sealSecrets, sealWork } from '#app/bulk_runs/work'
import type Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import GitHost from '#app/projects/models/git_host'
import { hashOfInvitation, newInvitationToken } from '#app/members/invitation_token'
import Invitation from '#app/members/models/invitation'
import Placement, { addressOf } from '#app/projects/models/placement'
import Project from '#app/projects/models/project'
import ProjectDraft from '#app/projects/models/project_draft'
import ProjectTemplate from '#app/projects/models/project_template'
import ProjectProcess from '#app/projects/models/project_process'
import ProjectVariable from '#app/projects/models/project_variable'
import Run from '#app/runs/models/run'
import Script from '#app/scripts/models/script'
import SavedFilter from '#app/servers/models/saved_filter'
import Server from '#app/servers/models/server'
import ServerGroup from '#app/servers/models/server_group'
import Tag from '#app/servers/models/tag'
import { keptKey } from '#app/ssh_keys/key_lines'
import KeyInstallation from '#app/ssh_keys/models/key_installation'
import KeyRotation from '#app/ssh_keys/models/key_rotation'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import PublicKey from '#app/ssh_keys/models/public_key'
import SshKey from '#app/ssh_keys/models/ssh_key'
import Membership from '#app/teams/models/membership'
import Team from '#app/teams/models/team'
import type { Role } from '#app/teams/roles'
import { Scope } from '#app/teams/scope'
import Terminal from '#app/terminals/models/terminal'
import Webhook from '#app/webhooks/models/webhook'
import WebhookDelivery from '#app/webhooks/models/webhook_delivery'
import { newSecret } from '#app/webhooks/secret_text'
import User from '#app/users/models/user'
import { createSignIn } from '#tests/support/signed_in'
import { deploymentBy, keepOnAll } from '#tests/support/deployments'

export const PASSWORD = 'a long enough password'

/** A team with its owner and, for what is asked on its behalf, the scope. */
export interface Tenant {
  team: Team
  owner: User
  scope: Scope
}

/** One of each thing a team can own. */
export interface Belongings {
  server: Server
  /** Offers a key nobody has confirmed yet. */
  unconfirmedServer: Server
  /** Others may be reached through it. */
  jumpServer: Server
  group: ServerGroup
  /** Carried by the server. */
  tag: Tag
  savedFilter: SavedFilter
  project: Project
  process: ProjectProcess
  variable: ProjectVariable
  gitHost: GitHost
  /** Of the same git host, read once. */
  projectDraft: ProjectDraft
  projectTemplate: ProjectTemplate
  /** Good, and not the live one. */
  release: Release
  deployment: Deployment
  /** Of the project, called once. */
  webhook: Webhook
  /** Open, of the owner. */
  terminal: Terminal
  /** Ended, with a log and steps. */
  run: Run
  openRun: Run
  script: Script
  /** Of the script, ended, on the server. */
  bulkRun: BulkRun
  openBulkRun: BulkRun
  /** Waits for the owner's confirmation. */
  draft: BulkRun
  /** Made by the owner, for everything. */
  token: ApiToken
  /** A viewer who sees everything. */
  member: Membership
  invitation: Invitation
  /** Of the owner. */
  signIn: SignIn
  /** Of the owner, who is therefore asked for more than a password. */
  passkey: Passkey
  /** A pair of the team, with which Muster logs in nowhere. */
  sshKey: SshKey
  /** Of the owner. */
  publicKey: PublicKey
  /** Of that key, on the server. */
  installation: KeyInstallation
  /** To that pair, failed on the server. */
  rotation: KeyRotation
  /** What the link of the invitation ends with. */
  invitationToken: string
  /** Texts that no answer of the panel may contain. */
  canaries: {
    privateKey: string
    deployKey: string
    variable: string
    nonce: string
    token: string
    parameter: string
    teamKey: string
    rotatedKey: string
    webhook: string
    accessToken: string
  }
}

const unique = () => randomBytes(6).toString('hex')

/** A host key such as a server offers. */
export function someHostKey() {
  const [type, key] = generateKeyPair('').publicKey.split(' ')
  return { type, key }
}

export async function createUser(values: Partial<User> = {}): Promise<User> {
  const name = unique()
  return User.create({
    fullName: `Person ${name}`,
    email: `${name}@example.com`,
    password: PASSWORD,
    ...values,
  })
}

export async function createTenant(): Promise<Tenant> {
  const team = await Team.create({ name: `Team ${unique()}` })
  const owner = await createMember(team, 'owner')
  const scope = new Scope({
    userId: owner.id,
    userName: owner.fullName,
    teamId: team.id,
    teamName: team.name,
    role: 'owner',
  })
  return { team, owner, scope }
}

/**
 * @param restricted sees only what is granted, which is nothing yet
 */
export async function createMember(team: Team, role: Role, restricted = false): Promise<User> {
  const user = await createUser()
  await Membership.create({ userId: user.id, teamId: team.id, role, restricted })
  return user
}

export function createServer({ scope }: Tenant, values: Partial<Server> = {}): Promise<Server> {
  const name = `server-${unique()}`
  return Server.create({
    teamId: scope.teamId,
    name,
    host: `${name}.example.com`,
    port: 22,
    username: 'root',
    status: 'reachable',
    statusSince: DateTime.utc(),
    seenAt: DateTime.utc(),
    privateKey: new Secret(`private key of ${name}`),
    publicKey: `ssh-ed25519 AAAA muster:${name}`,
    offeredHostKey: null,
    hostKeys: [someHostKey()],
    preparedAt: DateTime.utc(),
    ...values,
  })
}

export function createTag({ scope }: Tenant, values: Partial<Tag> = {}): Promise<Tag> {
  return Tag.create({ teamId: scope.teamId, name: `tag-${unique()}`, colour: 'moss', ...values })
}

export function createGroup(
  { scope }: Tenant,
  values: Partial<ServerGroup> = {}
): Promise<ServerGroup> {
  const name = `Group ${unique()}`
  return ServerGroup.create({ teamId: scope.teamId, name, colour: 'clay', ...values })
}

export async function createProject(
  { scope }: Tenant,
  server: Server,
  values: Partial<Project> = {}
): Promise<Project> {
  const slug = `p${unique()}`
  const project = await Project.create({
    teamId: scope.teamId,
    name: `Project ${slug}`,
    slug,
    repositoryUrl: 'git@git.example.com:team/app.git',
    branch: 'main',
    refKind: 'branch',
    sourceDirectory: null,
    accessUser: null,
    accessToken: null,
    runtime: 'process',
    buildCommands: 'npm ci\nnpm run build',
    startCommand: 'node server.js',
    publicDirectory: null,
    domain: `${slug}.example.com`,
    listenPort: 80,
    healthPath: '/health',
    healthTimeoutSeconds: 30,
    keepReleases: 5,
    deployKey: new Secret(`deploy key of ${slug}`),
    deployPublicKey: `ssh-ed25519 AAAA muster:${slug}`,
    liveReleaseId: null,
    rollout: 'together',
    rollingBatch: 1,
    rollingFailure: 'stay',
    ...values,
  })
  await placeOn(project, server)
  return project
}

/**
 * A project on a further server.
 */
export async function placeOn(
  project: Project,
  server: Server,
  values: Partial<Placement> = {}
): Promise<Placement> {
  const last = await db.from('placements').where('server_id', server.id).max('app_port as port')
  return Placement.create({
    teamId: project.teamId,
    projectId: project.id,
    serverId: server.id,
    role: 'web',
    appPort: Number(last[0]?.port ?? 20_000) + 2,
    address: values.role === 'worker' ? null : addressOf(project),
    liveReleaseId: project.liveReleaseId,
    ...values,
  })
}

export function createDraft(
  { scope }: Tenant,
  server: Server,
  values: Partial<ProjectDraft> = {}
): Promise<ProjectDraft> {
  return ProjectDraft.create({
    teamId: scope.teamId,
    serverId: server.id,
    createdBy: scope.userId,
    repositoryUrl: 'https://git.example.com/team/app.git',
    refKind: 'branch',
    branch: 'main',
    sourceDirectory: null,
    accessUser: null,
    accessToken: null,
    deployKey: null,
    deployPublicKey: null,
    readingRunId: null,
    ...values,
  })
}

export function createTemplate(
  { scope }: Tenant,
  values: Partial<ProjectTemplate> = {}
): Promise<ProjectTemplate> {
  return ProjectTemplate.create({
    teamId: scope.teamId,
    createdBy: scope.userId,
    name: `Template ${unique()}`,
    settings: {
      ...{ runtime: 'process', buildCommands: 'make', startCommand: 'bin/serve' },
      ...{ publicDirectory: null, healthPath: '/up' },
    },
    ...values,
  })
}

export function createRun(
  { scope }: Tenant,
  server: Server,
  values: Partial<Run> = {}
): Promise<Run> {
  return Run.create({
    teamId: scope.teamId,
    serverId: server.id,
    createdBy: scope.userId,
    kind: 'server.prepare',
    title: `Prepare ${server.name}`,
    input: {},
    nonce: randomBytes(16).toString('hex'),
    state: 'queued',
    results: {},
    failure: null,
    deadlineSeconds: 600,
    fence: 0,
    attempt: 0,
    logSize: 0,
    remoteCheckpoint: 0,
    logCheckpoint: 0,
    ...values,
  })
}

export function createScript({ scope }: Tenant, values: Partial<Script> = {}): Promise<Script> {
  return Script.create({
    teamId: scope.teamId,
    createdBy: scope.userId,
    name: `Script ${unique()}`,
    description: null,
    interpreter: 'bash',
    body: new Secret('echo "$GREETING"'),
    parameters: [
      {
        ...{ name: 'GREETING', type: 'text', label: 'Greeting', defaultValue: 'hello' },
        ...{ required: false, choices: [] },
      },
      {
        ...{ name: 'PASSWORD', type: 'secret', label: null, defaultValue: null },
        ...{ required: false, choices: [] },
      },
    ],
    runAs: 'root',
    runAsUser: null,
    timeoutSeconds: 60,
    asksFirst: false,
    revision: 1,
    ...values,
  })
}

/**
 * A bulk run as far as the database goes. Its targets are as its state says: they wait, run or
 * have ended by the given runs.
 */
export async function createBulkRun(
  { scope }: Tenant,
  servers: readonly Server[],
  {
    script,
    secrets = {},
    runs = [],
    ...values
  }: Omit<Partial<BulkRun>, 'script'> & {
    script?: Script
    secrets?: Record<string, string>
    runs?: readonly Run[]
  } = {}
): Promise<BulkRun> {
  const state = values.state ?? 'running'
  const bulkRun = await BulkRun.create({
    teamId: scope.teamId,
    createdBy: scope.userId,
    scriptId: script?.id ?? null,
    scriptRevision: script?.revision ?? null,
    kind: script ? 'script' : 'command',
    action: null,
    title: script?.name ?? 'Command',
    work: sealWork({ kind: 'text', text: 'echo "$GREETING"', interpreter: 'bash', values: {} }),
    secretValues: sealSecrets(secrets),
    parameters: Object.keys(secrets).map((name) => ({ name, value: null })),
    runAs: 'root',
    runAsUser: null,
    timeoutSeconds: 60,
    ...{ concurrency: 10, canary: 0, waveSize: 0, stopAfter: 0 },
    state,
    stopReason: null,
    requestKey: unique(),
    cancelRequestedAt: null,
    startedAt: state === 'draft' ? null : DateTime.utc(),
    finishedAt: ['draft', 'running'].includes(state) ? null : DateTime.utc(),
    ...values,
  })
  const open: TargetState = state === 'draft' ? 'waiting' : 'running'
  const target: TargetState = state === 'draft' || state === 'running' ? open : 'failed'
  for (const [position, server] of servers.entries()) {
    await BulkRunTarget.create({
      teamId: scope.teamId,
      bulkRunId: bulkRun.id,
      serverId: server.id,
      serverName: server.name,
      runId: runs[position]?.id ?? unique(),
      position,
      wave: 0,
      state: target,
      exitCode: target === 'failed' ? 1 : null,
      note: target === 'failed' ? 'red größe ✓' : null,
      outputHash: target === 'failed' ? 'a'.repeat(64) : null,
      finishedAt: target === 'failed' ? DateTime.utc() : null,
    })
  }
  return bulkRun
}

/** A person's API token for a team; for everything a token can do unless said otherwise. */
export async function createToken(
  user: User,
  team: Team,
  { text = newToken().reveal(), ...values }: Partial<ApiToken> & { text?: string } = {}
): Promise<{ token: ApiToken; text: string }> {
  const token = await ApiToken.create({
    teamId: team.id,
    userId: user.id,
    projectId: null,
    name: `Token ${unique()}`,
    tokenHash: hashOfToken(text),
    ending: text.slice(-4),
    abilities: [BASE_ABILITY, ...tokenAbilities],
    expiresAt: null,
    lastUsedAt: DateTime.utc(),
    lastUsedAddress: '127.0.0.1',
    ...values,
  })
  return { token, text }
}

/** A passkey as far as the database goes: nothing can sign with it. */
export function createPasskey(user: User, values: Partial<Passkey> = {}): Promise<Passkey> {
  return Passkey.create({
    userId: user.id,
    name: `Passkey ${unique()}`,
    credentialId: unique(),
    publicKey: unique(),
    counter: 0,
    transports: ['internal'],
    backedUp: true,
    lastUsedAt: null,
    ...values,
  })
}

/** An open invitation of the team's owner to an address that nobody has. */
export async function createInvitation(
  { scope }: Tenant,
  { text = newInvitationToken().reveal(), ...values }: Partial<Invitation> & { text?: string } = {}
): Promise<{ invitation: Invitation; text: string }> {
  const invitation = await Invitation.create({
    teamId: scope.teamId,
    email: `${unique()}@example.com`,
    role: 'viewer',
    restricted: false,
    tokenHash: hashOfInvitation(text),
    invitedBy: scope.userId,
    expiresAt: DateTime.utc().plus({ days: 7 }),
    ...values,
  })
  return { invitation, text }
}

/** A key pair of the team; its private part is whatever text a test gives. */
export function createSshKey({ scope }: Tenant, values: Partial<SshKey> = {}): Promise<SshKey> {
  const pair = generateKeyPair('muster')
  return SshKey.create({
    ...keptKey(pair.publicKey),
    teamId: scope.teamId,
    name: `Key ${unique()}`,
    privateKey: pair.privateKey,
    origin: 'generated',
    createdBy: scope.userId,
    warned: 0,
    ...values,
  })
}

export async function createPublicKey(
  user: User,
  values: Partial<PublicKey> = {}
): Promise<PublicKey> {
  const kept = keptKey(generateKeyPair('ada@laptop').publicKey)
  const key = await PublicKey.create({
    ...{ ...kept, userId: user.id, name: `Laptop ${unique()}`, warned: 0 },
    ...values,
  })
  key.$setRelated('user', user)
  return key
}

/** A person's key on a server. */
export function createInstallation(
  server: Server,
  key: PublicKey,
  values: Partial<KeyInstallation> = {}
): Promise<KeyInstallation> {
  return KeyInstallation.create({
    teamId: server.teamId,
    serverId: server.id,
    unixUser: server.username,
    fingerprint: key.fingerprint,
    publicKey: key.publicKey,
    name: key.name,
    publicKeyId: key.id,
    ownerId: key.userId,
    ownerName: key.user.fullName,
    state: 'installed',
    removedOnExpiry: false,
    installedAt: DateTime.utc(),
    ...values,
  })
}

/** An open terminal as far as the database goes: no process holds its shell. */
export function createTerminal(
  { scope }: Tenant,
  server: Server,
  signIn: SignIn,
  values: Partial<Terminal> = {}
): Promise<Terminal> {
  return Terminal.create({
    teamId: scope.teamId,
    serverId: server.id,
    serverName: server.name,
    userId: signIn.userId,
    userName: scope.origin.actor.name ?? '',
    signInId: signIn.id,
    processId: ulid(),
    leasedUntil: DateTime.utc().plus({ minutes: 1 }),
    endedAt: null,
    reason: null,
    ...values,
  })
}

async function createKeys(tenant: Tenant, server: Server, secrets: { team: string; own: string }) {
  const sshKey = await createSshKey(tenant, { privateKey: new Secret(secrets.team) })
  const publicKey = await createPublicKey(tenant.owner)
  const installation = await createInstallation(server, publicKey)
  const rotation = await KeyRotation.create({
    teamId: tenant.scope.teamId,
    fromKeyId: null,
    toKeyId: sshKey.id,
    publicKey: sshKey.publicKey,
    privateKey: new Secret(secrets.own),
    createdBy: tenant.owner.id,
  })
  await KeyRotationServer.create({
    teamId: tenant.scope.teamId,
    rotationId: rotation.id,
    serverId: server.id,
    activeServerId: null,
    state: 'failed',
    message: 'The server does not answer.',
    oldPublicKey: server.publicKey,
  })
  return { sshKey, publicKey, installation, rotation }
}

/** A project's webhook, of GitHub unless said otherwise, with a delivery that nothing came of. */
export async function createWebhook(
  { scope }: Tenant,
  project: Project,
  values: Partial<Webhook> = {}
): Promise<Webhook> {
  const webhook = await Webhook.create({
    ...{ teamId: scope.teamId, projectId: project.id, provider: 'github' },
    ...{ secret: newSecret(), refusedAt: null, refusedAddress: null },
    ...values,
  })
  await WebhookDelivery.create({
    ...{ teamId: scope.teamId, webhookId: webhook.id, deploymentId: null, deliveryId: unique() },
    ...{ event: 'push', ref: 'refs/heads/größe', commit: 'c'.repeat(40), pusher: 'A. Person' },
    ...{ subject: 'Fix the größe', outcome: 'ignored', reason: 'other_branch', repeats: 0 },
  })
  return webhook
}

/** Appends bytes to a run's stored log, as a worker does. */
export async function appendLog(run: Run, bytes: string | Buffer): Promise<void> {
  const chunk = Buffer.from(bytes)
  const lines = chunk.toString('latin1').split('\n').length - 1
  const at = { run_id: run.id, position: run.logSize }
  await db.table('run_log_chunks').insert({ ...at, bytes: chunk, lines })
  run.logSize += chunk.length
  await db.from('runs').where('id', run.id).update({ log_size: run.logSize })
}

export async function createBelongings(tenant: Tenant): Promise<Belongings> {
  const { scope, owner } = tenant
  const canaries = {
    privateKey: `CANARY-PRIVATE-${unique()}`,
    deployKey: `CANARY-DEPLOY-${unique()}`,
    variable: `CANARY-VARIABLE-${unique()}`,
    nonce: `canary${unique()}`,
    token: newToken().reveal(),
    parameter: `CANARY-PARAMETER-${unique()}`,
    teamKey: `CANARY-TEAM-KEY-${unique()}`,
    rotatedKey: `CANARY-ROTATED-${unique()}`,
    webhook: `CANARY-WEBHOOK-${unique()}`,
    accessToken: `CANARY-ACCESS-${unique()}`,
  }
  const server = await createServer(tenant, { privateKey: new Secret(canaries.privateKey) })
  const unconfirmedServer = await createServer(tenant, {
    status: 'unconfirmed',
    offeredHostKey: someHostKey(),
    hostKeys: [],
    preparedAt: null,
    seenAt: null,
    privateKey: new Secret(canaries.privateKey),
  })
  const jumpServer = await createServer(tenant)
  const [group, tag] = [await createGroup(tenant), await createTag(tenant)]
  await server.related('tags').attach([tag.id])
  const savedFilter = await SavedFilter.create({
    teamId: scope.teamId,
    name: `Filter ${unique()}`,
    query: 'status%5B%5D=reachable',
  })
  const gitHost = await GitHost.create({
    teamId: scope.teamId,
    host: `git-${unique()}.example.com`,
    port: 22,
    hostKeys: [someHostKey()],
    confirmedBy: owner.id,
  })
  const project = await createProject(tenant, server, {
    repositoryUrl: `git@${gitHost.host}:team/app.git`,
    deployKey: new Secret(canaries.deployKey),
    accessUser: 'deploy',
    accessToken: new Secret(canaries.accessToken),
  })
  const projectDraft = await createDraft(tenant, server, {
    repositoryUrl: `git@${gitHost.host}:team/draft.git`,
    deployKey: new Secret(canaries.deployKey),
    deployPublicKey: 'ssh-ed25519 AAAA muster-draft',
    accessToken: new Secret(canaries.accessToken),
  })
  const projectTemplate = await createTemplate(tenant)
  const variable = await ProjectVariable.create({
    teamId: scope.teamId,
    projectId: project.id,
    key: 'DATABASE_URL',
    value: new Secret(canaries.variable),
  })
  const process = await ProjectProcess.create({
    teamId: scope.teamId,
    projectId: project.id,
    name: 'worker',
    command: 'node worker.js',
    instances: 1,
    memoryMegabytes: null,
    cpuPercent: null,
    restart: 'always',
    graceSeconds: 20,
  })
  const run = await createEndedRun(tenant, server, canaries.nonce)
  const openRun = await createRun(tenant, server)
  const { release, deployment } = await createDeployment(tenant, project, run)
  const webhook = await createWebhook(tenant, project, { secret: new Secret(canaries.webhook) })
  const script = await createScript(tenant)
  const ended = { script, state: 'failed', runs: [run] } as const
  const bulkRun = await createBulkRun(tenant, [server], ended)
  const secrets = { PASSWORD: canaries.parameter }
  const openBulkRun = await createBulkRun(tenant, [server], { script, secrets, runs: [openRun] })
  const draft = await createBulkRun(tenant, [server], { script, secrets, state: 'draft' })
  const { token } = await createToken(tenant.owner, tenant.team, { text: canaries.token })
  const viewer = await createMember(tenant.team, 'viewer')
  const member = await Membership.within(scope)
    .where('user_id', viewer.id)
    .preload('user')
    .firstOrFail()
  const { invitation, text: invitationToken } = await createInvitation(tenant)
  const keySecrets = { team: canaries.teamKey, own: canaries.rotatedKey }
  const keys = await createKeys(tenant, server, keySecrets)
  const [signIn, passkey] = [await createSignIn(owner), await createPasskey(owner)]
  const terminal = await createTerminal(tenant, server, signIn)
  await recordActivity(scope.origin, {
    action: 'server.preparation_started',
    subject: server.asSubject,
    details: { address: server.address },
    runs: [run.id],
  })
  return {
    ...{ jumpServer, group, tag, savedFilter },
    ...{ server, unconfirmedServer, project, process, variable, gitHost, release, deployment },
    webhook,
    ...{ projectDraft, projectTemplate },
    ...{ script, bulkRun, openBulkRun, draft },
    ...keys,
    ...{
      terminal,
      run,
      openRun,
      token,
      member,
      invitation,
      invitationToken,
      signIn,
      passkey,
      canaries,
    },
  }
}

async function createEndedRun(tenant: Tenant, server: Server, nonce: string): Promise<Run> {
  const run = await createRun(tenant, server, {
    kind: 'deployment',
    state: 'failed',
    nonce,
    exitCode: 1,
    startedAt: DateTime.utc().minus({ minutes: 2 }),
    finishedAt: DateTime.utc().minus({ minutes: 1 }),
    failure: {
      phase: 'Build',
      command: 'npm run build',
      exitCode: 1,
      lastLines: ['error: größe'],
      reason: 'The command ended with exit code 1.',
      next: 'Read the last lines above.',
    },
  })
  await appendLog(run, 'first line\n\u001b[31mred größe ✓\u001b[0m\n')
  const times = { started_at: Date.now() - 120_000, finished_at: Date.now() - 60_000 }
  await db.table('run_steps').multiInsert([
    { run_id: run.id, position: 0, name: 'fetch', title: 'Fetch', state: 'succeeded', ...times },
    { run_id: run.id, position: 1, name: 'build', title: 'Build', state: 'failed', ...times },
  ])
  return run
}

async function createDeployment({ scope }: Tenant, project: Project, run: Run) {
  const release = (commit: string) =>
    Release.create({
      teamId: scope.teamId,
      projectId: project.id,
      state: 'good',
      commit,
      commitSubject: 'Fix the größe',
      commitAuthor: 'A. Person',
      liveAt: DateTime.utc(),
    })
  const earlier = await release('a'.repeat(40))
  const live = await release('b'.repeat(40))
  await project.merge({ liveReleaseId: live.id }).save()
  await db.from('placements').where('project_id', project.id).update({ live_release_id: live.id })
  await keepOnAll(project.id, [earlier.id, live.id])
  const deployment = await deploymentBy({
    teamId: scope.teamId,
    projectId: project.id,
    releaseId: live.id,
    run,
    createdBy: scope.userId,
    cause: 'person',
    state: 'live',
    finishedAt: DateTime.utc(),
  })
  return { release: earlier, deployment }
}
