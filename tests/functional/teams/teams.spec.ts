import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import Activity from '#app/activity/models/activity'
import GitHost from '#app/projects/models/git_host'
import Grant from '#app/teams/models/grant'
import Membership from '#app/teams/models/membership'
import Team from '#app/teams/models/team'
import type User from '#app/users/models/user'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import {
  createMember,
  createServer,
  createTenant,
  createUser,
  someHostKey,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

async function signedIn(user: User) {
  const visitor = new Visitor()
  await visitor.logIn(user)
  return visitor
}

const placeOf = (user: User) => Membership.query().where('user_id', user.id).firstOrFail()

const lastActOf = (teamId: string) =>
  Activity.within({ teamId }).orderBy('sequence', 'desc').firstOrFail()

test.group('Teams', (group) => {
  let tenant: Tenant
  let owner: Visitor

  group.each.setup(async () => {
    tenant = await createTenant()
    owner = await signedIn(tenant.owner)
  })

  test('are made by anyone, who owns them and works in them at once', async ({ assert }) => {
    const viewer = await createMember(tenant.team, 'viewer')
    const visitor = await signedIn(viewer)
    const response = await visitor.post('/teams', { name: 'Side projects' })
    assert.equal(response.headers.get('location'), '/dashboard')
    assert.include(await (await visitor.get('/dashboard')).text(), 'Side projects')
    const team = await Team.query().where('name', 'Side projects').firstOrFail()
    const act = await lastActOf(team.id)
    assert.equal(act.action, 'team.created')
    assert.equal(act.actorId, viewer.id)
    assert.equal((await visitor.get('/servers/new')).status, 200)
  })

  test('are switched between, each with the role one has there', async ({ assert }) => {
    const other = await createTenant()
    await Membership.create({ teamId: other.team.id, userId: tenant.owner.id, role: 'viewer' })
    const server = await createServer(other)
    assert.equal((await owner.get(`/servers/${server.id}`)).status, 404)
    const menu = await (await owner.get('/dashboard')).text()
    assert.include(menu, other.team.name)
    const response = await owner.post(`/teams/${other.team.id}/switch`)
    assert.equal(response.headers.get('location'), '/dashboard')
    assert.equal((await owner.get(`/servers/${server.id}`)).status, 200)
    assert.equal((await owner.get('/servers/new')).status, 403)
    await owner.post(`/teams/${tenant.team.id}/switch`)
    assert.equal((await owner.get('/servers/new')).status, 200)
  })

  test('of others are not switched to', async ({ assert }) => {
    const other = await createTenant()
    const server = await createServer(other)
    for (const id of [other.team.id, '01ARZ3NDEKTSV4RRFFQ69G5FAV', 'x']) {
      assert.equal((await owner.post(`/teams/${id}/switch`)).status, 404, id)
    }
    assert.equal((await owner.get(`/servers/${server.id}`)).status, 404)
    assert.include(await (await owner.get('/dashboard')).text(), tenant.team.name)
  })

  test('are shown a way in by the front door to people who are in none', async ({ assert }) => {
    const user = await createUser()
    const visitor = await signedIn(user)
    assert.equal((await visitor.get('/')).headers.get('location'), '/teams/new')
    const response = await visitor.get('/dashboard')
    assert.equal(response.status, 403)
    const page = await response.text()
    assert.include(page, 'You are not in a team')
    assert.include(page, 'action="/logout"')
    await visitor.post('/teams', { name: 'First of mine' })
    assert.equal((await visitor.get('/')).headers.get('location'), '/dashboard')
  })

  test('are renamed by who manages them', async ({ assert }) => {
    const former = tenant.team.name
    await owner.post('/team/settings?_method=PUT', { name: 'Difference Engines' })
    assert.include(await (await owner.get('/dashboard')).text(), 'Difference Engines')
    const act = await lastActOf(tenant.team.id)
    assert.deepEqual(act.details, { from: former, to: 'Difference Engines' })
  })

  test('are handed over, both roles at once', async ({ assert }) => {
    const heir = await createMember(tenant.team, 'viewer', true)
    const server = await createServer(tenant)
    const { id: membershipId } = await placeOf(heir)
    const grant = { teamId: tenant.team.id, membershipId, serverId: server.id, projectId: null }
    await Grant.create(grant)
    const visitor = await signedIn(heir)
    const fields = { memberId: membershipId, teamName: tenant.team.name }
    await owner.post('/team/transfer', fields)
    assert.equal((await placeOf(heir)).role, 'owner')
    assert.isFalse((await placeOf(heir)).restricted)
    assert.lengthOf(await Grant.within({ teamId: tenant.team.id }), 0)
    assert.equal((await placeOf(tenant.owner)).role, 'admin')
    assert.equal((await lastActOf(tenant.team.id)).action, 'team.transferred')
    assert.equal((await owner.post('/team/transfer', fields)).status, 403)
    assert.equal((await visitor.get('/servers/new')).status, 200)
  })

  test('are handed over to no one but another member, and by their name', async ({ assert }) => {
    const heir = await placeOf(await createMember(tenant.team, 'admin'))
    const closed = await createMember(tenant.team, 'admin')
    await closed.merge({ deactivatedAt: DateTime.utc() }).save()
    const stranger = await placeOf((await createTenant()).owner)
    const before = await databaseSnapshot()
    const teamName = tenant.team.name
    for (const fields of [
      { memberId: heir.id, teamName: 'Another name' },
      { memberId: stranger.id, teamName },
      { memberId: (await placeOf(tenant.owner)).id, teamName },
      { memberId: (await placeOf(closed)).id, teamName },
    ]) {
      assert.equal((await owner.post('/team/transfer', fields)).status, 302)
    }
    assert.deepEqual(await databaseSnapshot(), before)
  })

  test('handed over and left at once keep an owner', async ({ assert }) => {
    for (let round = 0; round < 4; round++) {
      const { team, owner: first } = await createTenant()
      const second = await createMember(team, 'owner')
      const [one, other] = [await signedIn(first), await signedIn(second)]
      const { id: memberId } = await placeOf(second)
      await Promise.all([
        one.post('/team/transfer', { memberId, teamName: team.name }),
        other.post('/team/leave'),
      ])
      const owners = await Membership.within({ teamId: team.id }).where('role', 'owner')
      assert.isAbove(owners.length, 0)
    }
  })

  test('are removed only when they own nothing, and by their name', async ({ assert }) => {
    const server = await createServer(tenant)
    const settings = await (await owner.get('/team/settings')).text()
    assert.include(settings, 'It has 1 server.')
    const before = await databaseSnapshot()
    await owner.post('/team?_method=DELETE', { confirm: tenant.team.name })
    assert.deepEqual(await databaseSnapshot(), before)
    await server.delete()
    await owner.post('/team?_method=DELETE', { confirm: 'Another name' })
    assert.isNotNull(await Team.find(tenant.team.id))
  })

  test('are removed with what hangs on them, and stay on record', async ({ assert }) => {
    await GitHost.create({
      ...{ teamId: tenant.team.id, host: 'git.example.com', port: 22 },
      ...{ hostKeys: [someHostKey()], confirmedBy: tenant.owner.id },
    })
    const other = await createTenant()
    await Membership.create({ teamId: other.team.id, userId: tenant.owner.id, role: 'viewer' })
    await owner.post('/team?_method=DELETE', { confirm: tenant.team.name })
    assert.isNull(await Team.find(tenant.team.id))
    assert.lengthOf(await GitHost.within({ teamId: tenant.team.id }), 0)
    assert.equal((await lastActOf(tenant.team.id)).action, 'team.removed')
    assert.equal((await owner.get('/')).headers.get('location'), '/dashboard')
    const page = await (await owner.get('/dashboard')).text()
    assert.include(page, other.team.name)
    assert.include(page, `${tenant.team.name} is removed.`)
  })
})
