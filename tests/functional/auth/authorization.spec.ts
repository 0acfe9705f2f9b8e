import { test } from '@japa/runner'
import Membership from '#app/teams/models/membership'
import { roleCan, roles, type Ability, type Role } from '#app/teams/roles'
import type User from '#app/users/models/user'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import {
  acceptableFields,
  allRoutes,
  hasParams,
  isPublic,
  pathOf,
  type CatalogueRoute,
} from '#tests/support/route_catalogue'
import {
  createBelongings,
  createMember,
  createTenant,
  createUser,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'

const closed = () => allRoutes().filter((route) => !isPublic(route))
const needsAbility = () => closed().filter(({ need }) => need !== 'signed-in')
const refusedTo = (role: Role) =>
  needsAbility().filter(({ need }) => !roleCan(role, need as Ability))
const title = ({ method, pattern }: CatalogueRoute) => `${method} ${pattern}`

test.group('Authorisation of every route', (group) => {
  let tenant: Tenant
  let belongings: Belongings
  let stranger: Tenant
  let members: Record<Role, User>

  group.setup(async () => {
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
    stranger = await createTenant()
    await createBelongings(stranger)
    const entries = roles.map(async (role) => [role, await createMember(tenant.team, role)])
    members = Object.fromEntries(await Promise.all(entries))
  })
  group.each.setup(() => swapServerRemotes()[1])

  test('the router has routes of every kind', ({ assert }) => {
    assert.isAbove(needsAbility().length, 25)
    assert.includeMembers(
      allRoutes().map(({ method }) => method),
      ['GET', 'POST', 'PUT', 'DELETE']
    )
  })

  for (const type of ['text/html', 'application/json']) {
    test(`{method} {pattern} lets no one in who is not logged in (${type})`)
      .with(closed)
      .run(async ({ assert, client }, route) => {
        const before = await databaseSnapshot()
        const request = client.request(pathOf(route, belongings), route.method)
        request.redirects(0).accept(type).withCsrfToken()
        if (route.method !== 'GET') request.unsafeForm(acceptableFields(route, belongings))
        const response = await request
        if (type === 'application/json') response.assertStatus(401)
        else {
          response.assertStatus(302)
          assert.equal(response.header('location'), '/login')
        }
        assert.notInclude(response.text(), tenant.team.name)
        assert.deepEqual(await databaseSnapshot(), before)
      })
  }

  test('{method} {pattern} knows nothing of another team')
    .with(needsAbility)
    .run(async ({ assert, client }, route) => {
      const before = await databaseSnapshot()
      const request = client.request(pathOf(route, belongings), route.method)
      request.redirects(0).accept('text/html').loginAs(stranger.owner).withCsrfToken()
      if (route.method !== 'GET') request.unsafeForm(acceptableFields(route, belongings))
      const response = await request
      if (hasParams(route)) {
        response.assertStatus(404)
        assert.deepEqual(await databaseSnapshot(), before)
      }
      for (const name of [tenant.team.name, belongings.server.name, belongings.project.name]) {
        assert.notInclude(response.text(), name, title(route))
      }
    })

  test('a project is not made on another team’s server', async ({ assert, client }) => {
    const route = allRoutes().find(({ name }) => name === 'projects.store')!
    const before = await databaseSnapshot()
    const response = await client
      .post('/projects')
      .redirects(0)
      .loginAs(stranger.owner)
      .withCsrfToken()
      .unsafeForm(acceptableFields(route, belongings))
    response.assertStatus(302)
    assert.property(response.flashMessage('inputErrorsBag'), 'serverId')
    assert.deepEqual(await databaseSnapshot(), before)
  })

  test('a thing is not found under another thing of its own team', async ({ assert, client }) => {
    const other = await createBelongings(tenant)
    const before = await databaseSnapshot()
    const paths = [
      ['GET', `/projects/${other.project.id}/deployments/${belongings.deployment.id}`],
      ['POST', `/projects/${other.project.id}/releases/${belongings.release.id}/rollback`],
      ['DELETE', `/projects/${other.project.id}/variables/NO_SUCH_KEY`],
    ]
    for (const [method, path] of paths) {
      const request = client.request(path, method).redirects(0).accept('text/html')
      const response = await request.loginAs(tenant.owner).withCsrfToken()
      assert.equal(response.status(), 404, path)
    }
    assert.deepEqual(await databaseSnapshot(), before)
  })

  for (const role of roles.filter((each) => refusedTo(each).length > 0)) {
    test(`{method} {pattern} refuses the role ${role} what it may not`)
      .with(() => refusedTo(role))
      .run(async ({ assert, client }, route) => {
        const before = await databaseSnapshot()
        const request = client.request(pathOf(route, belongings), route.method)
        request.redirects(0).accept('text/html').loginAs(members[role]).withCsrfToken()
        if (route.method !== 'GET') request.unsafeForm(acceptableFields(route, belongings))
        const response = await request
        response.assertStatus(403)
        assert.deepEqual(await databaseSnapshot(), before)
      })
  }

  for (const role of roles) {
    test(`GET {pattern} shows the role ${role} what it may see`)
      .with(() =>
        needsAbility().filter(
          ({ method, name, need }) =>
            method === 'GET' && name !== 'run_events.index' && roleCan(role, need as Ability)
        )
      )
      .run(async ({ client }, route) => {
        const request = client.get(pathOf(route, belongings)).redirects(0).accept('text/html')
        const response = await request.loginAs(members[role])
        response.assertStatus(200)
      })
  }

  test('a person without a team is refused', async ({ client }) => {
    const user = await createUser()
    const response = await client.get('/servers').redirects(0).accept('text/html').loginAs(user)
    response.assertStatus(403)
  })

  test('a person who left a team has lost its rights at once', async ({ client }) => {
    const member = await createMember(tenant.team, 'admin')
    const path = `/servers/${belongings.server.id}`
    const seen = await client.get(path).redirects(0).accept('text/html').loginAs(member)
    seen.assertStatus(200)
    await Membership.query().where('user_id', member.id).delete()
    const refused = await client.get(path).redirects(0).accept('text/html').loginAs(member)
    refused.assertStatus(403)
  })

  test('a team chosen in the session counts only for its members', async ({ client }) => {
    const response = await client
      .get(`/servers/${belongings.server.id}`)
      .redirects(0)
      .accept('text/html')
      .withSession({ team_id: tenant.team.id })
      .loginAs(stranger.owner)
    response.assertStatus(404)
  })
})
