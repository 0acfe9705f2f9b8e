import { randomBytes } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { Secret } from '#engine/shell/secret'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { BASE_ABILITY, tokenAbilities } from '#app/api_tokens/abilities'
import ApiToken from '#app/api_tokens/models/api_token'
import { hashOfToken, newToken } from '#app/api_tokens/token_text'
import Passkey from '#app/auth/models/passkey'
import type SignIn from '#app/auth/models/sign_in'
import { recordActivity } from '#app/activity/record_activity'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import GitHost from '#app/projects/models/git_host'
import { hashOfInvitation, newInvitationToken } from '#app/members/invitation_token'
import Invitation from '#app/members/models/invitation'
import Project from '#app/projects/models/project'
import ProjectVariable from '#app/projects/models/project_variable'
import Run from '#app/runs/models/run'
import SavedFilter from '#app/servers/models/saved_filter'
import Server from '#app/servers/models/server'
import ServerGroup from '#app/servers/models/server_group'
import Tag from '#app/servers/models/tag'
import Membership from '#app/teams/models/membership'
import Team from '#app/teams/models/team'
import type { Role } from '#app/teams/roles'
import { Scope } from '#app/teams/scope'
import User from '#app/users/models/user'
import { createSignIn } from '#tests/support/signed_in'

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
  variable: ProjectVariable
  gitHost: GitHost
  /** Good, and not the live one. */
  release: Release
  deployment: Deployment
  /** Ended, with a log and steps. */
  run: Run
  openRun: Run
  /** Made by the owner, for everything. */
  token: ApiToken
  /** A viewer who sees everything. */
  member: Membership
  invitation: Invitation
  /** Of the owner. */
  signIn: SignIn
  /** Of the owner, who is therefore asked for more than a password. */
  passkey: Passkey
  /** What the link of the invitation ends with. */
  invitationToken: string
  /** Texts that no answer of the panel may contain. */
  canaries: {
    privateKey: string
    deployKey: string
    variable: string
    nonce: string
    token: string
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
  const last = await db.from('projects').where('server_id', server.id).max('app_port as port')
  return Project.create({
    teamId: scope.teamId,
    serverId: server.id,
    name: `Project ${slug}`,
    slug,
    repositoryUrl: 'git@git.example.com:team/app.git',
    branch: 'main',
    runtime: 'process',
    buildCommands: 'npm ci\nnpm run build',
    startCommand: 'node server.js',
    publicDirectory: null,
    domain: `${slug}.example.com`,
    listenPort: 80,
    appPort: Number(last[0]?.port ?? 20_000) + 2,
    healthPath: '/health',
    healthTimeoutSeconds: 30,
    keepReleases: 5,
    deployKey: new Secret(`deploy key of ${slug}`),
    deployPublicKey: `ssh-ed25519 AAAA muster:${slug}`,
    liveReleaseId: null,
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

/** Appends bytes to a run's stored log, as a worker does. */
export async function appendLog(run: Run, bytes: string | Buffer): Promise<void> {
  const chunk = Buffer.from(bytes)
  await db.table('run_log_chunks').insert({ run_id: run.id, position: run.logSize, bytes: chunk })
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
  })
  const variable = await ProjectVariable.create({
    teamId: scope.teamId,
    projectId: project.id,
    key: 'DATABASE_URL',
    value: new Secret(canaries.variable),
  })
  const run = await createEndedRun(tenant, server, canaries.nonce)
  const openRun = await createRun(tenant, server)
  const { release, deployment } = await createDeployment(tenant, project, run)
  const { token } = await createToken(tenant.owner, tenant.team, { text: canaries.token })
  const viewer = await createMember(tenant.team, 'viewer')
  const member = await Membership.within(scope)
    .where('user_id', viewer.id)
    .preload('user')
    .firstOrFail()
  const { invitation, text: invitationToken } = await createInvitation(tenant)
  const [signIn, passkey] = [await createSignIn(owner), await createPasskey(owner)]
  await recordActivity(scope.origin, {
    action: 'server.preparation_started',
    subject: server.asSubject,
    details: { address: server.address },
    runs: [run.id],
  })
  return {
    ...{ jumpServer, group, tag, savedFilter },
    ...{ server, unconfirmedServer, project, variable, gitHost, release, deployment },
    ...{ run, openRun, token, member, invitation, invitationToken, signIn, passkey, canaries },
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
  const deployment = await Deployment.create({
    teamId: scope.teamId,
    projectId: project.id,
    releaseId: live.id,
    runId: run.id,
    createdBy: scope.userId,
    kind: 'deploy',
    state: 'live',
    activeProjectId: null,
    finishedAt: DateTime.utc(),
  })
  return { release: earlier, deployment }
}
