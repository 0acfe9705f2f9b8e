import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { readPrivateKey } from '#engine/ssh/private_key'
import type { Secret } from '#engine/shell/secret'
import Activity from '#app/activity/models/activity'
import { endOfDay, expiryLook, isComingDay } from '#app/ssh_keys/expiry'
import KeyRotation from '#app/ssh_keys/models/key_rotation'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import PublicKey from '#app/ssh_keys/models/public_key'
import SshKey from '#app/ssh_keys/models/ssh_key'
import Grant from '#app/teams/models/grant'
import Membership from '#app/teams/models/membership'
import type User from '#app/users/models/user'
import { flashed } from '#tests/support/flashed'
import { PAYLOADS } from '#tests/support/payload_corpus'
import {
  createInstallation,
  createMember,
  createPublicKey,
  createServer,
  createSshKey,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

/** What a page says. */
const read = async (visitor: Visitor, path: string) => {
  const response = await visitor.get(path)
  return response.text()
}

async function signedIn(user: Pick<User, 'email'>) {
  const visitor = new Visitor()
  await visitor.logIn(user)
  return visitor
}

test.group('Key pairs of a team', (group) => {
  let tenant: Tenant
  let owner: Visitor

  group.each.setup(async () => {
    tenant = await createTenant()
    owner = await signedIn(tenant.owner)
  })

  const newest = () => SshKey.within(tenant.scope).orderBy('id', 'desc').firstOrFail()
  const actions = async () =>
    (await Activity.within(tenant.scope).orderBy('sequence')).map(({ action }) => action)

  test('are made here, and show their public part and nothing of the other', async ({ assert }) => {
    for (const type of ['ed25519', 'rsa']) {
      await owner.post('/ssh-keys', { name: `Web ${type}`, type, expiresOn: '2099-12-31' })
      const key = await newest()
      assert.equal(readPrivateKey(key.privateKey as Secret).type, key.type)
      assert.equal(key.expiresAt!.toISODate(), '2099-12-31')
      const page = await read(owner, `/ssh-keys/${key.id}`)
      assert.include(page, key.fingerprint)
      assert.include(page.replaceAll('&#x2F;', '/'), key.publicKey.split(' ')[1].slice(0, 40))
      assert.notInclude(page, 'PRIVATE KEY')
    }
    assert.deepEqual(await actions(), ['ssh_key.generated', 'ssh_key.generated'])
  })

  test('are imported once, and never given back', async ({ assert }) => {
    const pair = generateKeyPair('')
    const privateKey = pair.privateKey.reveal()
    const fields = { name: 'Old', privateKey, passphrase: '', expiresOn: '' }
    await owner.post('/ssh-keys/import', fields)
    const key = await newest()
    assert.equal(key.origin, 'imported')
    assert.equal(key.publicKey.split(' ')[1], pair.publicKey.split(' ')[1])
    const { private_key: sealed } = await db.from('ssh_keys').where('id', key.id).firstOrFail()
    assert.notInclude(sealed, privateKey.split('\n')[1])

    const again = await owner.post('/ssh-keys/import', fields)
    const page = await read(owner, '/ssh-keys/import')
    assert.equal(again.status, 302)
    assert.include(page, 'The team has this key already')
    assert.notInclude(page, privateKey.split('\n')[2])
    assert.lengthOf(await SshKey.within(tenant.scope), 1)
  })

  test('that are refused are not kept in the session either', async ({ assert, client }) => {
    const { privateKey } = generateKeyPair('')
    const cut = privateKey.reveal().slice(0, 250)
    const send = (path: string, fields: Record<string, string>) =>
      client.post(path).redirects(0).loginAs(tenant.owner).withCsrfToken().form(fields)
    const refused = await send('/ssh-keys/import', {
      ...{ name: 'Old', privateKey: cut, passphrase: 'CANARY-PASSPHRASE' },
    })
    const pasted = await send('/account/ssh-keys', { name: 'Laptop', publicKey: cut })
    for (const response of [refused, pasted]) {
      response.assertStatus(302)
      const given = JSON.stringify(flashed(response))
      assert.include(given, 'inputErrorsBag')
      assert.notInclude(given, 'OPENSSH')
      assert.notInclude(given, 'CANARY-PASSPHRASE')
    }
    assert.include(JSON.stringify(flashed(pasted)), 'This is a private key')
  })

  test('that servers let in are not removed', async ({ assert }) => {
    const key = await createSshKey(tenant)
    const server = await createServer(tenant, { sshKeyId: key.id, name: 'web-1' })
    const remove = async () => {
      await owner.post(`/ssh-keys/${key.id}?_method=DELETE`, { confirm: key.name })
      return await read(owner, `/ssh-keys/${key.id}`)
    }
    assert.include(await remove(), 'Muster logs in with it at: web-1')
    await server.merge({ sshKeyId: null }).save()
    const publicKey = await createPublicKey(tenant.owner)
    const installation = await createInstallation(server, publicKey, {
      ...{ sshKeyId: key.id, fingerprint: key.fingerprint },
    })
    assert.include(await remove(), 'It is installed on servers')
    await installation.merge({ state: 'removed' }).save()
    await remove()
    assert.lengthOf(await SshKey.within(tenant.scope), 0)
  })

  test('show those who see some servers only what their rotations did there', async ({
    assert,
  }) => {
    const key = await createSshKey(tenant)
    const rotation = await KeyRotation.create({
      ...{ teamId: tenant.team.id, fromKeyId: null, toKeyId: key.id, publicKey: key.publicKey },
      ...{ privateKey: null, createdBy: tenant.owner.id },
    })
    const servers = [1, 2, 3].map(() => createServer(tenant, { sshKeyId: key.id }))
    for (const { id: serverId, publicKey } of await Promise.all(servers)) {
      await KeyRotationServer.create({
        ...{ teamId: tenant.team.id, rotationId: rotation.id, serverId, activeServerId: null },
        ...{ state: 'rotated', message: null, oldPublicKey: publicKey },
      })
    }
    assert.include(await read(owner, `/ssh-keys/${key.id}`), '3 of 3')
    const member = await createMember(tenant.team, 'viewer', true)
    const { id: membershipId } = await Membership.query().where('user_id', member.id).firstOrFail()
    const { id: serverId } = await servers[0]
    await Grant.create({ teamId: tenant.team.id, membershipId, serverId })
    const page = await read(await signedIn(member), `/ssh-keys/${key.id}`)
    assert.include(page, '1 of 1')
    assert.notInclude(page, '3 of 3')
  })

  test('are renamed and given an end, on record', async ({ assert }) => {
    const key = await createSshKey(tenant, { name: 'Web', warned: 2 })
    await owner.post(`/ssh-keys/${key.id}?_method=PUT`, {
      name: 'Web servers',
      expiresOn: '2099-12-31',
    })
    await key.refresh()
    assert.equal(key.name, 'Web servers')
    assert.equal(key.warned, 0)
    const [act] = await Activity.within(tenant.scope)
    assert.deepEqual(act.details.changes, {
      name: { from: 'Web', to: 'Web servers' },
      expires: { from: null, to: '2099-12-31' },
    })
  })
})

test.group('Public keys of people', (group) => {
  let tenant: Tenant

  group.each.setup(async () => {
    tenant = await createTenant()
  })

  test('are added and removed by their person alone', async ({ assert }) => {
    const ada = await createMember(tenant.team, 'viewer')
    const visitor = await signedIn(ada)
    const { publicKey } = generateKeyPair('ada@laptop')
    await visitor.post('/account/ssh-keys', { name: 'Laptop', publicKey: `${publicKey}\r\n` })
    const key = await PublicKey.query().where('user_id', ada.id).firstOrFail()
    assert.equal(key.publicKey, publicKey)
    await visitor.post('/account/ssh-keys', { name: 'Again', publicKey })
    assert.include(await read(visitor, '/account/ssh-keys'), 'You have this key already')

    const other = await signedIn(tenant.owner)
    assert.equal((await other.post(`/account/ssh-keys/${key.id}?_method=DELETE`)).status, 404)
    await visitor.post(`/account/ssh-keys/${key.id}?_method=DELETE`)
    assert.lengthOf(await PublicKey.query().where('user_id', ada.id), 0)
  })

  test('are seen by the teams of their person, and by no other', async ({ assert }) => {
    const key = await createPublicKey(await createMember(tenant.team, 'viewer'))
    const owner = await signedIn(tenant.owner)
    assert.include(await read(owner, '/people-keys'), key.name)
    const stranger = await signedIn((await createTenant()).owner)
    assert.notInclude(await read(stranger, '/people-keys'), key.name)
    assert.equal((await stranger.get(`/people-keys/${key.id}`)).status, 404)
  })

  test('take nothing of the payload corpus', async ({ assert, client }) => {
    for (const publicKey of PAYLOADS) {
      const response = await client
        .post('/account/ssh-keys')
        .redirects(0)
        .loginAs(tenant.owner)
        .withCsrfToken()
        .form({ name: 'Laptop', publicKey })
      response.assertStatus(302)
    }
    assert.lengthOf(await PublicKey.query().where('user_id', tenant.owner.id), 0)
  })

  test('of a former member are listed, with where they still are', async ({ assert }) => {
    const ada = await createMember(tenant.team, 'deployer')
    const server = await createServer(tenant, { name: 'web-1' })
    const installation = await createInstallation(server, await createPublicKey(ada))
    const owner = await signedIn(tenant.owner)
    assert.notInclude(await read(owner, '/people-keys'), 'former member')
    const { id } = await db.from('memberships').where('user_id', ada.id).firstOrFail()
    const removed = await owner.post(`/team/members/${id}?_method=DELETE`)
    assert.equal(removed.headers.get('location'), '/people-keys')
    const page = await read(owner, '/people-keys')
    assert.include(page, 'former member')
    assert.include(page, ada.fullName)

    await owner.post('/key-removals', { 'installations[]': [installation.id] })
    await installation.refresh()
    assert.equal(installation.state, 'removing')
    await ada.delete()
    await installation.refresh()
    assert.isNull(installation.ownerId)
    assert.equal(installation.ownerName, ada.fullName)
  })

  test('taken back by their person stay in the list until they are removed', async ({ assert }) => {
    const key = await createPublicKey(tenant.owner)
    const server = await createServer(tenant)
    const installation = await createInstallation(server, key)
    await key.delete()
    await installation.refresh()
    assert.isNull(installation.publicKeyId)
    const owner = await signedIn(tenant.owner)
    assert.include(await read(owner, '/people-keys'), 'taken back')
  })
})

test.group('The end of a key', () => {
  test('is a day still to come', ({ assert }) => {
    assert.isTrue(isComingDay('2099-12-31'))
    assert.isTrue(isComingDay(DateTime.utc().toISODate()))
    for (const day of ['2020-01-01', '2099-02-30', '2099-1-1', '20991231', '', null, 7]) {
      assert.isFalse(isComingDay(day), String(day))
    }
    for (const payload of PAYLOADS) assert.isFalse(isComingDay(payload))
    assert.equal(endOfDay('2099-12-31')!.toISO(), '2099-12-31T23:59:59.999Z')
  })

  test('is shown two weeks before', ({ assert }) => {
    const at = (days: number) => ({ expiresAt: DateTime.utc().plus({ days, minutes: 1 }) })
    assert.isNull(expiryLook({ expiresAt: null }))
    assert.isNull(expiryLook(at(14)))
    assert.equal(expiryLook(at(13))!.label, 'Expires soon')
    assert.equal(expiryLook(at(-1))!.label, 'Expired')
  })
})
