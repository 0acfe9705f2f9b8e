import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import Activity from '#app/activity/models/activity'
import ApiToken from '#app/api_tokens/models/api_token'
import Invitation from '#app/members/models/invitation'
import Grant from '#app/teams/models/grant'
import Membership from '#app/teams/models/membership'
import { roles, type Role } from '#app/teams/roles'
import type User from '#app/users/models/user'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { createSignIn } from '#tests/support/signed_in'
import {
  createInvitation,
  createMember,
  createServer,
  createTenant,
  createToken,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor, type Fields } from '#tests/support/visitor'

async function signedIn(user: User) {
  const visitor = new Visitor()
  await visitor.logIn(user)
  return visitor
}

const placeOf = (user: User) => Membership.query().where('user_id', user.id).firstOrFail()

const roleOf = async (user: User) => (await Membership.findBy('user_id', user.id))?.role ?? null

const lastAct = ({ scope }: Tenant) =>
  Activity.within(scope).orderBy('sequence', 'desc').firstOrFail()

test.group('Members', (group) => {
  let tenant: Tenant
  let owner: Visitor

  group.each.setup(async () => {
    tenant = await createTenant()
    owner = await signedIn(tenant.owner)
  })

  /** Sends a form to a page about a member, as whoever that is. */
  async function change(visitor: Visitor, user: User, what: string, fields: Fields = {}) {
    const path = `/team/members/${(await placeOf(user)).id}${what && `/${what}`}`
    const method = what === '' ? 'DELETE' : 'PUT'
    return visitor.post(`${path}?_method=${method}`, fields)
  }

  test('see each other, with role and address, and never those of other teams', async ({
    assert,
  }) => {
    const viewer = await createMember(tenant.team, 'viewer', true)
    const stranger = await createTenant()
    const page = await (await (await signedIn(viewer)).get('/team')).text()
    for (const { fullName, email } of [tenant.owner, viewer]) {
      assert.include(page, fullName)
      assert.include(page, email)
    }
    assert.notInclude(page, stranger.owner.email)
  })

  test('are shown with what they see and how they sign in to those who manage them', async ({
    assert,
  }) => {
    const viewer = await createMember(tenant.team, 'viewer', true)
    await viewer.merge({ totpConfirmedAt: DateTime.utc() }).save()
    const deployer = await createMember(tenant.team, 'deployer')
    await createSignIn(viewer, { seenAt: DateTime.utc().minus({ hours: 3 }) })
    const managed = await (await owner.get('/team')).text()
    assert.include(managed, 'Nothing yet')
    assert.include(managed, '3 h ago')
    assert.include(managed, '>On<')
    const looked = await (await (await signedIn(deployer)).get('/team')).text()
    assert.include(looked, 'Only what is granted')
    assert.notInclude(looked, '>On<')
    assert.notInclude(looked, '/team/members/')
  })

  test('get another role at once, on record', async ({ assert }) => {
    const member = await createMember(tenant.team, 'viewer')
    const visitor = await signedIn(member)
    assert.equal((await visitor.get('/servers/new')).status, 403)
    await change(owner, member, 'role', { role: 'admin' })
    assert.equal((await visitor.get('/servers/new')).status, 200)
    const act = await lastAct(tenant)
    assert.equal(act.action, 'member.role_changed')
    assert.equal(act.subjectId, member.id)
    assert.deepEqual(act.details, { from: 'viewer', to: 'admin' })
  })

  test('an admin neither changes nor removes an owner, and makes none', async ({ assert }) => {
    const admin = await signedIn(await createMember(tenant.team, 'admin'))
    const second = await createMember(tenant.team, 'owner')
    const deployer = await createMember(tenant.team, 'deployer')
    const before = await databaseSnapshot()
    for (const role of roles) await change(admin, second, 'role', { role })
    await change(admin, second, '')
    await change(admin, deployer, 'role', { role: 'owner' })
    assert.deepEqual(await databaseSnapshot(), before)
    await change(admin, deployer, 'role', { role: 'admin' })
    assert.equal(await roleOf(deployer), 'admin')
  })

  test('a role that sees everything takes the restriction and the grants away', async ({
    assert,
  }) => {
    const member = await createMember(tenant.team, 'deployer', true)
    const server = await createServer(tenant)
    await change(owner, member, 'access', { 'sees': 'granted', 'servers[]': [server.id] })
    await change(owner, member, 'role', { role: 'viewer' })
    assert.lengthOf(await Grant.within(tenant.scope), 1)
    await change(owner, member, 'role', { role: 'admin' })
    assert.isFalse((await placeOf(member)).restricted)
    assert.lengthOf(await Grant.within(tenant.scope), 0)
  })

  test('the last owner is neither demoted nor removed, and does not leave', async ({ assert }) => {
    const second = await createMember(tenant.team, 'owner')
    await second.merge({ deactivatedAt: DateTime.utc() }).save()
    const before = await databaseSnapshot()
    await change(owner, tenant.owner, 'role', { role: 'viewer' })
    await change(owner, tenant.owner, '')
    await owner.post('/team/leave')
    assert.deepEqual(await databaseSnapshot(), before)
    const page = await (await owner.get('/team/settings')).text()
    assert.include(page, 'A team keeps an owner')
  })

  for (const [title, act] of [
    ['demote', (one: Visitor, other: User) => change(one, other, 'role', { role: 'viewer' })],
    ['remove', (one: Visitor, other: User) => change(one, other, '')],
    ['leave', (one: Visitor) => one.post('/team/leave')],
  ] as const) {
    test(`of two owners who ${title === 'leave' ? 'leave' : `${title} each other`} at once, one stays`, async ({
      assert,
    }) => {
      for (let round = 0; round < 4; round++) {
        const { team, owner: first } = await createTenant()
        const second = await createMember(team, 'owner')
        const visitors = [await signedIn(first), await signedIn(second)]
        await Promise.all([act(visitors[0], second), act(visitors[1], first)])
        const owners = await Membership.within({ teamId: team.id }).where('role', 'owner')
        assert.lengthOf(owners, 1)
      }
    })
  }

  test('who is removed takes along tokens, grants and invitations, but no record', async ({
    assert,
  }) => {
    const admin = await createMember(tenant.team, 'admin')
    const { token } = await createToken(admin, tenant.team)
    const { invitation } = await createInvitation(tenant, { invitedBy: admin.id })
    const kept = await createInvitation(tenant)
    const response = await change(owner, admin, '')
    assert.equal(response.headers.get('location'), '/team')
    assert.isNull(await roleOf(admin))
    assert.isNull(await ApiToken.acrossTeams().where('id', token.id).first())
    assert.isNull(await Invitation.acrossTeams().where('id', invitation.id).first())
    assert.isNotNull(await Invitation.acrossTeams().where('id', kept.invitation.id).first())
    const act = await lastAct(tenant)
    assert.equal(act.action, 'member.removed')
    assert.equal(act.subjectName, admin.fullName)
  })

  test('who removes themself by the way for others is told how to leave', async ({ assert }) => {
    const admin = await createMember(tenant.team, 'admin')
    const visitor = await signedIn(admin)
    await change(visitor, admin, '')
    assert.equal(await roleOf(admin), 'admin')
    await visitor.post('/team/leave')
    assert.isNull(await roleOf(admin))
    assert.equal((await lastAct(tenant)).action, 'member.left')
  })

  test('a role that was taken away during the request no longer changes anyone', async ({
    assert,
  }) => {
    const { default: ChangeRole } = await import('#app/members/actions/change_role')
    const { findScope } = await import('#app/teams/queries/find_scope')
    const admin = await createMember(tenant.team, 'admin')
    const member = await createMember(tenant.team, 'viewer')
    const scope = (await findScope(admin, {}))!
    await change(owner, admin, 'role', { role: 'viewer' })
    const { id } = await placeOf(member)
    await assert.rejects(() => new ChangeRole().handle(scope, id, 'admin'), /not found/i)
    assert.equal(await roleOf(member), 'viewer' satisfies Role)
  })
})
