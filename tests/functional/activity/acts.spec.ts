import { randomUUID } from 'node:crypto'
import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import { Secret } from '#engine/shell/secret'
import Activity from '#app/activity/models/activity'
import Project from '#app/projects/models/project'
import Server from '#app/servers/models/server'
import PanelSettings from '#app/settings/models/panel_settings'
import type User from '#app/users/models/user'
import { swapServerRemotes, type FakeServerRemotes } from '#tests/support/fake_server_remotes'
import {
  acceptableFields,
  allRoutes,
  isApi,
  isPublic,
  pathOf,
  type CatalogueRoute,
} from '#tests/support/route_catalogue'
import { createSignIn } from '#tests/support/signed_in'
import {
  createBelongings,
  createInvitation,
  createMember,
  createPasskey,
  createTenant,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'

/** Routes without a row of their own, each with the reason. */
const EXCEPTIONS: Record<string, string> = {
  'confirmation_challenges.store': 'gives a challenge and changes nothing',
  'passkey_options.store': 'gives a challenge and changes nothing',
  'recovery_code_file.store': 'gives back as a file what was sent',
  'terminals.store': 'gives a ticket; the terminal that is opened with it is on record',
  'terminal_tickets.store': 'gives a ticket for a terminal that is on record',
  'team_switches.store': 'changes the session of who asks alone',
  'test_mails.store': 'sends a mail to who asks and changes nothing',
  'server_checks.store': 'looks; what it finds is on record as a finding of the panel',
  'server_check_requests.store': 'asks for looks; what they find is on record as that of the panel',
  'action_runs.store': 'makes a draft; that somebody confirmed it is on record',
  'key_looks.store': 'looks at what is on a server and changes nothing',
  'confirmation_passkeys.store': 'takes the signature of a passkey, which a form cannot give',
  'passkeys.store': 'takes the signature of a passkey, which a form cannot give',
  'authenticator.store': 'takes the code of an authenticator app, which changes',
}

interface Stage {
  tenant: Tenant
  belongings: Belongings
  fake: FakeServerRemotes
}

const change = (user: User, values: Partial<User>) => user.merge(values).save()

const proposeKey = (server: Server) =>
  server
    .merge({
      nextPrivateKey: new Secret('x'),
      nextPublicKey: 'ssh-ed25519 AAAA',
      nextLogin: 'generated',
    })
    .save()

const letItWait = ({ belongings }: Stage) =>
  belongings.deployment.merge({ state: 'waiting' }).save()

/** What must be so before a route does what its form asks. */
const PREPARATIONS: Record<string, (stage: Stage) => unknown> = {
  'servers.destroy': ({ belongings }) => belongings.project.delete(),
  'placements.update': ({ belongings }) => belongings.project.merge({ rollout: 'rolling' }).save(),
  'git_hosts.store': ({ belongings, fake }) => (fake.hostKey = belongings.gitHost.hostKeys[0]),
  'draft_git_hosts.store': ({ belongings, fake }) =>
    (fake.hostKey = belongings.gitHost.hostKeys[0]),
  'server_connections.store': ({ fake }) =>
    fake.remote.on(/^/, { stdout: '' }).on('sh -s', { stdout: 'fact hostname web-1\n' }),
  'server_host_keys.update': ({ belongings, fake }) =>
    (fake.hostKey = belongings.server.hostKeys[0]),
  async 'login_keys.update'({ belongings, fake }) {
    fake.remote.on(/^/, { stdout: '' })
    await proposeKey(belongings.server)
  },
  'login_keys.destroy': ({ belongings }) => proposeKey(belongings.server),
  'key_rotations.store': ({ belongings }) =>
    belongings.server.merge({ sshKeyId: belongings.sshKey.id, login: 'shared' }).save(),
  'authenticator.destroy': ({ tenant }) =>
    change(tenant.owner, { totpSecret: new Secret('x'), totpConfirmedAt: DateTime.utc() }),
  'departures.store': ({ tenant }) => createMember(tenant.team, 'owner'),
  'retention_settings.update': () => PanelSettings.query().update({ runRetentionDays: 30 }),
  'users.destroy': ({ belongings }) =>
    change(belongings.member.user, { deactivatedAt: DateTime.utc() }),
  'user_deactivations.destroy': ({ belongings }) =>
    change(belongings.member.user, { deactivatedAt: DateTime.utc() }),
  'administrators.destroy': ({ belongings }) =>
    change(belongings.member.user, { administrator: true }),
  'user_sessions.destroy': ({ belongings }) => createSignIn(belongings.member.user),
  'user_second_factors.destroy': ({ belongings }) => createPasskey(belongings.member.user),
  async 'teams.destroy'({ tenant }) {
    await Project.within(tenant.scope).delete()
    await Server.within(tenant.scope).delete()
  },
  'deployment_cancellations.store': letItWait,
  'deployment_recoveries.store': ({ belongings }) =>
    belongings.deployment.merge({ critical: true }).save(),
  'waiting_cancellations.store': letItWait,
  'api.deployment_cancellations.store': letItWait,
  async 'invitation_acceptances.store'({ tenant, belongings }) {
    const { email } = tenant.owner
    const { text } = await createInvitation(await createTenant(), { email })
    belongings.invitationToken = text
  },
}

const acts = () => allRoutes().filter((route) => route.method !== 'GET' && !isPublic(route))
const recorded = () => acts().filter(({ name }) => !Object.hasOwn(EXCEPTIONS, name))

test.group('Acts on record', (group) => {
  group.tap((each) => each.timeout(60_000))
  let tenant: Tenant
  let belongings: Belongings
  let fake: FakeServerRemotes

  group.each.setup(async () => {
    tenant = await createTenant()
    await tenant.team.merge({ name: 'Engines' }).save()
    await tenant.owner.merge({ administrator: true }).save()
    belongings = await createBelongings(tenant)
    const [remotes, restore] = swapServerRemotes()
    fake = remotes
    return restore
  })

  const actorOf = (route: CatalogueRoute) =>
    isApi(route)
      ? { actorKind: 'token', actorId: belongings.token.id }
      : { actorKind: 'user', actorId: tenant.owner.id }

  test('{method} {pattern} is on record with who did it, from where, by which request')
    .with(recorded)
    .run(async ({ assert, client }, route) => {
      await PREPARATIONS[route.name]?.({ tenant, belongings, fake })
      const requestId = randomUUID()
      const request = client.request(pathOf(route, belongings), route.method).redirects(0)
      request.header('x-request-id', requestId)
      request.unsafeForm(acceptableFields(route, belongings))
      if (isApi(route)) {
        request.accept('application/json').bearerToken(belongings.canaries.token)
      } else {
        request.accept('text/html').loginAs(tenant.owner).withCsrfToken()
      }
      const response = await request
      assert.include([200, 201, 202, 204, 302], response.status())
      assert.notProperty(response.flashMessages(), 'inputErrorsBag', response.text())

      const rows = await Activity.acrossTeams().where('request_id', requestId)
      assert.isAbove(rows.length, 0, 'nothing is on record')
      for (const row of rows) {
        assert.containSubset(row.serialize(), { ...actorOf(route), address: '127.0.0.1' })
      }
    })

  test('exceptions are few, and each is a route that there is', ({ assert }) => {
    const names = acts().map(({ name }) => name)
    for (const name of Object.keys(EXCEPTIONS)) assert.include(names, name)
    assert.isAbove(recorded().length, 3 * Object.keys(EXCEPTIONS).length)
  })
})
