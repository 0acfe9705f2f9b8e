import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { Secret } from '#engine/shell/secret'
import { RemoteError } from '#engine/ssh/errors'
import { generateKeyPair } from '#engine/ssh/key_pair'
import Activity from '#app/activity/models/activity'
import CreateRun from '#app/runs/actions/create_run'
import { claim } from '#app/runs/claims'
import { endRun, type EndFacts } from '#app/runs/worker/end_run'
import Server from '#app/servers/models/server'
import BeginRotation from '#app/ssh_keys/actions/begin_rotation'
import ContinueRotations from '#app/ssh_keys/actions/continue_rotations'
import InstallKey from '#app/ssh_keys/actions/install_key'
import RemoveInstallations from '#app/ssh_keys/actions/remove_installations'
import RetryRotation from '#app/ssh_keys/actions/retry_rotation'
import RemoveExpiredKeys from '#app/ssh_keys/actions/remove_expired_keys'
import WarnOfExpiry from '#app/ssh_keys/actions/warn_of_expiry'
import KeyInstallation from '#app/ssh_keys/models/key_installation'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import SshKey from '#app/ssh_keys/models/ssh_key'
import type PublicKey from '#app/ssh_keys/models/public_key'
import DeliverNotifications from '#app/notifications/actions/deliver_notifications'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { swapServerRemotes, type FakeServerRemotes } from '#tests/support/fake_server_remotes'
import { startMailSink, useMailSink } from '#tests/support/mail_sink'
import {
  createInstallation,
  createMember,
  createPublicKey,
  createServer,
  createSshKey,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'

/** Ends a run as a worker does. */
async function end(id: string | null, facts: EndFacts) {
  const [run] = await claim([id!])
  await endRun(run, null, facts)
}

const done: EndFacts = { state: 'succeeded', exitCode: 0 }
const failed: EndFacts = { state: 'failed', reason: 'It did not work.' }
const lost: EndFacts = { state: 'lost', reason: 'unreachable' }

const messageOf = async (promise: Promise<unknown>) => {
  const error: any = await promise.then(
    () => null,
    (raised) => raised
  )
  return JSON.stringify(error?.messages ?? error?.message ?? null)
}

test.group('Keys on servers, by their runs', (group) => {
  let tenant: Tenant
  let server: Server
  let key: PublicKey

  group.each.setup(async () => {
    tenant = await createTenant()
    server = await createServer(tenant, { publicKey: generateKeyPair('muster').publicKey })
    key = await createPublicKey(tenant.owner)
  })

  const install = async (unixUser: string | null = 'deploy') => {
    const places = { serverIds: [server.id], unixUser, removedOnExpiry: false }
    const [one] = await new InstallKey(new CreateRun()).handle(tenant.scope, key, places)
    return one
  }
  const remove = ({ id }: KeyInstallation) =>
    new RemoveInstallations(new CreateRun()).handle(tenant.scope, [id])
  const now = ({ id }: KeyInstallation) =>
    KeyInstallation.acrossTeams().where('id', id).firstOrFail()

  test('are installed when their run succeeded, and unknown when nobody saw its end', async ({
    assert,
  }) => {
    const first = await install()
    assert.equal((await now(first)).state, 'installing')
    assert.include(await messageOf(install()), 'A run is under way')
    assert.include(await messageOf(remove(first)), 'A run is under way')
    await end(first.runId, done)
    assert.equal((await now(first)).state, 'installed')

    const again = await install()
    assert.equal(again.id, first.id)
    await end(again.runId, failed)
    assert.equal((await now(first)).state, 'installed')
    assert.include((await now(first)).message!, 'It did not work.')

    await end((await install()).runId, lost)
    assert.equal((await now(first)).state, 'unknown')
  })

  test('that were not there before are not there after a failure', async ({ assert }) => {
    const one = await install()
    await end(one.runId, failed)
    assert.equal((await now(one)).state, 'failed')
  })

  test('stay installed when their removal failed, and are gone when it succeeded', async ({
    assert,
  }) => {
    const one = await createInstallation(server, key, { unixUser: 'deploy' })
    const [first] = await remove(one)
    await end(first.runId, failed)
    assert.equal((await now(one)).state, 'installed')
    const [second] = await remove(one)
    await end(second.runId, done)
    assert.equal((await now(one)).state, 'removed')
    assert.isNotNull((await now(one)).removedAt)
  })

  test('are not installed once they have expired, nor at servers of others', async ({ assert }) => {
    const other = await createServer(await createTenant())
    const places = { serverIds: [other.id], unixUser: null, removedOnExpiry: false }
    const action = new InstallKey(new CreateRun())
    assert.include(await messageOf(action.handle(tenant.scope, key, places)), 'Choose among')
    key.expiresAt = DateTime.utc().minus({ seconds: 1 })
    assert.include(await messageOf(install()), 'has expired')
    assert.lengthOf(await KeyInstallation.within(tenant.scope), 0)
  })

  test('are not removed while Muster logs in with them, or is about to', async ({ assert }) => {
    const login = await createInstallation(server, key, { publicKey: server.publicKey })
    assert.include(await messageOf(remove(login)), 'Rotate the login key first')
    const pair = await createSshKey(tenant)
    const soon = await createInstallation(server, key, {
      ...{ fingerprint: pair.fingerprint, publicKey: pair.publicKey },
    })
    await new BeginRotation(new CreateRun()).share(tenant.scope, pair, [server.id])
    assert.include(await messageOf(remove(soon)), 'Rotate the login key first')
  })

  test('are for those who still manage them when it is done', async ({ assert }) => {
    await db.from('memberships').where('user_id', tenant.owner.id).update({ role: 'viewer' })
    assert.notEqual(await messageOf(install()), 'null')
    assert.lengthOf(await KeyInstallation.within(tenant.scope), 0)
  })
})

test.group('Rotations, by their states', (group) => {
  let tenant: Tenant
  let server: Server
  let fake: FakeServerRemotes

  group.each.setup(async () => {
    tenant = await createTenant()
    server = await createServer(tenant, { publicKey: generateKeyPair('muster').publicKey })
    const [remotes, restore] = swapServerRemotes()
    fake = remotes
    fake.remote.on(/^/, {})
    return restore
  })

  const begin = () => new BeginRotation(new CreateRun())
  const go = () => new ContinueRotations(fake).handle()
  const row = () => KeyRotationServer.within(tenant.scope).orderBy('id', 'desc').firstOrFail()
  const stored = () => Server.acrossTeams().where('id', server.id).firstOrFail()

  test('store the new key only after a login with it, and remove the old one after that', async ({
    assert,
  }) => {
    const before = (await stored()).privateKey.reveal()
    const rotation = await begin().own(tenant.scope, server)
    const key = rotation.privateKey!.reveal()
    await go()
    assert.equal((await row()).state, 'adding')
    await end((await row()).runId, done)
    assert.equal((await row()).state, 'added')
    assert.equal((await stored()).privateKey.reveal(), before)
    await go()
    await go()
    assert.equal((await row()).state, 'removing')
    assert.equal((await stored()).privateKey.reveal(), key)
    await end((await row()).runId, done)
    assert.equal((await row()).state, 'rotated')
    await rotation.refresh()
    assert.isNull(rotation.privateKey)
    const acts = await Activity.within(tenant.scope).orderBy('sequence')
    assert.deepEqual(
      acts.map(({ action }) => action),
      ['key_rotation.started', 'server.key_rotated']
    )
  })

  for (const code of ['E_AUTH', 'E_SUDO'] as const) {
    test(`take the new key back after ${code}, and keep the old one`, async ({ assert }) => {
      await begin().own(tenant.scope, server)
      await end((await row()).runId, done)
      fake.remote.on(/^/, { error: new RemoteError(code, 'It is refused.', 'Look there.') })
      await go()
      assert.equal((await row()).state, 'withdrawing')
      assert.equal((await stored()).publicKey, server.publicKey)
      await end((await row()).runId, failed)
      const after = await row()
      assert.equal(after.state, 'failed')
      assert.include(after.message!, 'It is refused.')
      assert.include(after.message!, 'could not be taken back')
      assert.isNull(after.activeServerId)
    })
  }

  test('wait for a server that does not answer, and not for ever', async ({ assert }) => {
    await begin().own(tenant.scope, server)
    await end((await row()).runId, done)
    fake.remote.on(/^/, { error: new RemoteError('E_CONNECT', 'Nothing answers.', 'Wait.') })
    await go()
    assert.equal((await row()).state, 'added')
    await db.from('key_rotation_servers').update({ updated_at: Date.now() - 121_000 })
    await go()
    assert.equal((await row()).state, 'withdrawing')
  })

  test('store nothing when something else changed the login key meanwhile', async ({ assert }) => {
    await begin().own(tenant.scope, server)
    await end((await row()).runId, done)
    const { publicKey, privateKey } = generateKeyPair('muster')
    await server.merge({ publicKey, privateKey }).save()
    await go()
    assert.equal((await row()).state, 'withdrawing')
    assert.equal((await stored()).publicKey, publicKey)
  })

  test('that never added the key say so, and end', async ({ assert }) => {
    const rotation = await begin().own(tenant.scope, server)
    await end((await row()).runId, lost)
    const after = await row()
    assert.equal(after.state, 'failed')
    assert.isNotNull(after.message)
    await new RetryRotation(new CreateRun()).handle(tenant.scope, rotation)
    assert.equal((await row()).state, 'adding')
    assert.include(
      await messageOf(new RetryRotation(new CreateRun()).handle(tenant.scope, rotation)),
      'nothing to try again'
    )
  })

  test('are not tried again when the server has another key since', async ({ assert }) => {
    const rotation = await begin().own(tenant.scope, server)
    await end((await row()).runId, failed)
    await server.merge({ publicKey: generateKeyPair('muster').publicKey }).save()
    const again = new RetryRotation(new CreateRun()).handle(tenant.scope, rotation)
    assert.include(await messageOf(again), 'was changed since')
  })

  test('leave the old key where it is installed for a person, too', async ({ assert }) => {
    const key = await createPublicKey(tenant.owner, { publicKey: server.publicKey })
    const { fingerprintOf } = await import('#app/ssh_keys/key_lines')
    await createInstallation(server, key, { fingerprint: fingerprintOf(server.publicKey)! })
    await begin().own(tenant.scope, server)
    await end((await row()).runId, done)
    await go()
    assert.equal((await row()).state, 'rotated')
    assert.notEqual((await stored()).publicKey, server.publicKey)
  })

  test('of a pair are refused while one of its servers is being rotated', async ({ assert }) => {
    const key = await createSshKey(tenant)
    const values = { sshKeyId: key.id, publicKey: key.publicKey }
    await server.merge({ ...values, privateKey: new Secret('x') }).save()
    const other = await createServer(tenant, values)
    await begin().own(tenant.scope, other)
    const refused = begin().replace(tenant.scope, key, null)
    assert.include(await messageOf(refused), 'is being rotated already')
    assert.lengthOf(await SshKey.within(tenant.scope), 1)
    assert.lengthOf(await KeyRotationServer.within(tenant.scope), 1)
  })
})

test.group('Expiry of keys', (group) => {
  let tenant: Tenant

  group.each.setup(async () => {
    await emptyDatabase()
    tenant = await createTenant()
  })

  const watch = async () => {
    await new WarnOfExpiry().handle()
    await new RemoveExpiredKeys().handle()
    await new DeliverNotifications().handle()
  }
  const actions = async () =>
    (await Activity.within(tenant.scope).orderBy('sequence')).map(({ action }) => action)
  const endIn = (days: number) => ({ expiresAt: DateTime.utc().plus({ days }) })

  test('is warned of once at each stage, by mail to those who manage keys', async ({ assert }) => {
    const sink = await startMailSink()
    await useMailSink(sink)
    const admin = await createMember(tenant.team, 'admin')
    await createMember(tenant.team, 'deployer')
    const key = await createSshKey(tenant, { name: 'Web', ...endIn(20) })
    await watch()
    assert.deepEqual(await actions(), [])
    for (const days of [13, 12, 2, 1]) {
      await db
        .from('ssh_keys')
        .where('id', key.id)
        .update({ expires_at: endIn(days).expiresAt.toMillis() })
      await Promise.all([watch(), watch()])
      await watch()
    }
    assert.deepEqual(await actions(), ['ssh_key.expiring', 'ssh_key.expiring'])
    assert.sameMembers(
      sink.messages.flatMap(({ to }) => to),
      [tenant.owner.email, admin.email, tenant.owner.email, admin.email]
    )
    assert.include(sink.messages[0].text, 'The key pair Web expires')
    await db.from('ssh_keys').update({ expires_at: Date.now() - 1 })
    await watch()
    await watch()
    assert.lengthOf(await actions(), 3)
    assert.lengthOf(sink.messages, 4)
    await sink.stop()
  })

  test('is told to the person whose key it is, too, though no server has it', async ({
    assert,
  }) => {
    const sink = await startMailSink()
    await useMailSink(sink)
    const deployer = await createMember(tenant.team, 'deployer')
    await createPublicKey(deployer, { name: 'Laptop', ...endIn(2) })
    await watch()
    await sink.stop()
    assert.deepEqual(
      sink.messages.map(({ to }) => to),
      [[deployer.email]]
    )
    assert.include(sink.messages[0].text, 'The SSH key Laptop of')
  })

  test('removes a person’s key where that was asked for, and nowhere else', async ({ assert }) => {
    const key = await createPublicKey(tenant.owner, endIn(-1))
    const server = await createServer(tenant, { publicKey: generateKeyPair('').publicKey })
    const stays = await createInstallation(server, key, { unixUser: 'one' })
    const goes = await createInstallation(server, key, { unixUser: 'two', removedOnExpiry: true })
    await Promise.all([watch(), watch()])
    await stays.refresh()
    await goes.refresh()
    assert.equal(stays.state, 'installed')
    assert.equal(goes.state, 'removing')
    assert.lengthOf(await db.from('runs').where('server_id', server.id), 1)
    await end(goes.runId, failed)
    await watch()
    await goes.refresh()
    assert.equal(goes.state, 'installed')
    assert.includeMembers(await actions(), ['public_key.expired', 'key_removal.expired'])
  })
})
