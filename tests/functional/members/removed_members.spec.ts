import { test } from '@japa/runner'
import Grant from '#app/teams/models/grant'
import Membership from '#app/teams/models/membership'
import type User from '#app/users/models/user'
import {
  createMember,
  createProject,
  createServer,
  createTenant,
  createToken,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

async function signedIn(user: User) {
  const visitor = new Visitor()
  await visitor.logIn(user)
  return visitor
}

/** What the API says to a token. */
async function ask(text: string, path: string) {
  const headers = { authorization: `Bearer ${text}` }
  const response = await fetch(`${process.env.APP_URL}/api/v1${path}`, { headers })
  return { status: response.status, body: await response.json() }
}

const placeOf = ({ team }: Tenant, user: User) =>
  Membership.within({ teamId: team.id }).where('user_id', user.id).firstOrFail()

test.group('Access that was taken away', (group) => {
  let tenant: Tenant
  let owner: Visitor

  group.each.setup(async () => {
    tenant = await createTenant()
    owner = await signedIn(tenant.owner)
  })

  test('S9: session and token of a removed member die within one request', async ({ assert }) => {
    const member = await createMember(tenant.team, 'admin')
    const server = await createServer(tenant)
    const visitor = await signedIn(member)
    const { text } = await createToken(member, tenant.team)
    assert.equal((await visitor.get(`/servers/${server.id}`)).status, 200)
    assert.equal((await ask(text, `/servers/${server.id}`)).status, 200)
    const { id } = await placeOf(tenant, member)
    await owner.post(`/team/members/${id}?_method=DELETE`)
    assert.equal((await visitor.get(`/servers/${server.id}`)).status, 403)
    assert.equal((await ask(text, `/servers/${server.id}`)).status, 401)
  })

  test('S9: who worked in the team falls back to another of theirs', async ({ assert }) => {
    const own = await createTenant()
    const place = await Membership.create({
      ...{ teamId: tenant.team.id, userId: own.owner.id, role: 'admin' },
    })
    const server = await createServer(tenant)
    const visitor = await signedIn(own.owner)
    await visitor.post(`/teams/${tenant.team.id}/switch`)
    assert.include(await (await visitor.get('/dashboard')).text(), tenant.team.name)
    await owner.post(`/team/members/${place.id}?_method=DELETE`)
    const page = await (await visitor.get('/dashboard')).text()
    assert.include(page, own.team.name)
    assert.notInclude(page, tenant.team.name)
    assert.equal((await visitor.get(`/servers/${server.id}`)).status, 404)
  })

  test('S9: sessions and tokens of a removed team die within one request', async ({ assert }) => {
    const member = await createMember(tenant.team, 'deployer')
    const visitor = await signedIn(member)
    const { text } = await createToken(member, tenant.team)
    assert.equal((await visitor.get('/servers')).status, 200)
    assert.equal((await ask(text, '/token')).status, 200)
    await owner.post('/team?_method=DELETE', { confirm: tenant.team.name })
    assert.equal((await visitor.get('/servers')).status, 403)
    assert.equal((await ask(text, '/token')).status, 401)
    assert.equal((await owner.get('/servers')).status, 403)
  })

  test('S9: a restriction holds for session and token from the next request on', async ({
    assert,
  }) => {
    const member = await createMember(tenant.team, 'deployer')
    const [granted, hidden] = [await createServer(tenant), await createServer(tenant)]
    const project = await createProject(tenant, hidden)
    const visitor = await signedIn(member)
    const { text } = await createToken(member, tenant.team)
    const paths = [`/servers/${hidden.id}`, `/projects/${project.id}`]
    for (const path of paths) {
      assert.equal((await visitor.get(path)).status, 200, path)
      assert.equal((await ask(text, path)).status, 200, path)
    }
    const { id } = await placeOf(tenant, member)
    await owner.post(`/team/members/${id}/access?_method=PUT`, {
      'sees': 'granted',
      'servers[]': [granted.id],
    })
    for (const path of paths) {
      assert.equal((await visitor.get(path)).status, 404, path)
      assert.equal((await ask(text, path)).status, 404, path)
    }
    const { body } = await ask(text, '/servers')
    assert.deepEqual(
      body.servers.map((server: { id: string }) => server.id),
      [granted.id]
    )
    assert.lengthOf(await Grant.within({ teamId: tenant.team.id }), 1)
  })

  test('S9: a lower role holds for session and token from the next request on', async ({
    assert,
  }) => {
    const member = await createMember(tenant.team, 'admin')
    const visitor = await signedIn(member)
    const { text } = await createToken(member, tenant.team)
    const carried = async () => (await ask(text, '/token')).body.abilities as string[]
    assert.include(await carried(), 'servers.manage')
    const { id } = await placeOf(tenant, member)
    await owner.post(`/team/members/${id}/role?_method=PUT`, { role: 'deployer' })
    assert.notInclude(await carried(), 'servers.manage')
    assert.equal((await visitor.get('/servers/new')).status, 403)
  })
})
