import { test } from '@japa/runner'
import Membership from '#app/teams/models/membership'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { everyCaller, type Caller, type Verdict } from '#tests/support/callers'
import {
  acceptableFields,
  allRoutes,
  hasParams,
  isApi,
  isPublic,
  pathOf,
  type CatalogueRoute,
} from '#tests/support/route_catalogue'
import { createSignIn } from '#tests/support/signed_in'
import {
  createBelongings,
  createMember,
  createTenant,
  createUser,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'

/** Streams have no end to wait for, and sockets are no pages. */
const STREAMS = ['run_events.index', 'bulk_run_events.index', 'terminal_sockets.show']

/** Whether some route answers to a path like this, perhaps taking a part of it for a parameter. */
function isAnswered(method: string, pattern: string): boolean {
  return allRoutes().some(
    (route) =>
      route.method === method &&
      new RegExp(`^${route.pattern.replaceAll(/:\w+/g, '[^/]+')}$`).test(pattern)
  )
}

const label = ({ method, pattern, name }: CatalogueRoute) => `${method} ${pattern} (${name})`

test.group('S1: everyone at every route', (group) => {
  let tenant: Tenant
  let belongings: Belongings
  let stranger: Tenant
  let callers: Caller[]

  group.tap((each) => each.timeout(60_000))
  group.setup(async () => {
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
    stranger = await createTenant()
    await createBelongings(stranger)
    callers = await everyCaller(tenant, belongings)
  })
  group.each.setup(() => swapServerRemotes()[1])

  test('there are routes and callers of every kind', ({ assert }) => {
    const routes = allRoutes()
    assert.isAbove(routes.length, 60)
    assert.isAbove(callers.length, 15)
    const methods = routes.map(({ method }) => method)
    assert.includeMembers(methods, ['GET', 'POST', 'PUT', 'DELETE'])
    const verdicts = routes.flatMap((route) => callers.map((caller) => caller.verdict(route)))
    const every: Verdict[] = ['passes', 'log in', 'send a token', 'forbidden', 'hidden']
    assert.includeMembers(verdicts, every)
  })

  test('{method} {pattern} refuses all whom it must, and nothing happens')
    .with(() => allRoutes().filter((route) => !isPublic(route)))
    .run(async ({ assert, client }, route) => {
      const before = await databaseSnapshot()
      for (const caller of callers) {
        const verdict = caller.verdict(route)
        if (verdict === 'passes') continue
        for (const type of ['text/html', 'application/json']) {
          const request = client.request(pathOf(route, belongings), route.method)
          request
            .redirects(0)
            .accept(type as 'html')
            .withCsrfToken()
          if (route.method !== 'GET') request.unsafeForm(acceptableFields(route, belongings))
          caller.prepare(request)
          const response = await request
          const text = `${caller.name} at ${label(route)}, ${type}`
          const status = expectedStatus(verdict, type)
          assert.equal(response.status(), status, text)
          if (status === 302) assert.equal(response.header('location'), '/login', text)
          for (const { name } of [tenant.team, belongings.server, belongings.project]) {
            if (verdict !== 'forbidden') assert.notInclude(response.text(), name, text)
          }
        }
      }
      assert.deepEqual(await databaseSnapshot(), before, label(route))
    })

  test('GET {pattern} shows itself to all who may see it')
    .with(() =>
      allRoutes().filter(
        (route) => route.method === 'GET' && !isPublic(route) && !STREAMS.includes(route.name)
      )
    )
    .run(async ({ assert, client }, route) => {
      for (const caller of callers.filter((each) => each.verdict(route) === 'passes')) {
        const request = client.get(pathOf(route, belongings)).redirects(0).accept('html')
        caller.prepare(request)
        const response = await request
        assert.equal(response.status(), 200, `${caller.name} at ${label(route)}`)
      }
    })

  test('{method} {pattern} names the right that is missing')
    .with(() => allRoutes().filter((route) => route.need.includes('.') && !isApi(route)))
    .run(async ({ assert, client }, route) => {
      const nobody = callers.find((caller) => caller.verdict(route) === 'forbidden')
      if (!nobody) return
      const request = client.request(pathOf(route, belongings), route.method)
      nobody.prepare(request.redirects(0).accept('json').withCsrfToken())
      const response = await request
      response.assertStatus(403)
      assert.include(response.text(), route.need)
    })

  test('GET {pattern} tells other teams nothing')
    .with(() =>
      allRoutes().filter(
        (route) => route.method === 'GET' && !isPublic(route) && !hasParams(route) && !isApi(route)
      )
    )
    .run(async ({ assert, client }, route) => {
      const response = await client.get(route.pattern).accept('html').loginAs(stranger.owner)
      for (const { name } of [tenant.team, belongings.server, belongings.project]) {
        assert.notInclude(response.text(), name)
      }
    })

  test('{method} {pattern} does nothing that {pattern} does by another method')
    .with(() =>
      allRoutes().flatMap((route) =>
        ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
          .filter((method) => !isAnswered(method, route.pattern))
          .map((method) => ({ ...route, method, done: route.method }))
      )
    )
    .run(async ({ assert, client }, route) => {
      const before = await databaseSnapshot()
      const fields =
        route.done === 'GET' ? {} : acceptableFields({ ...route, method: route.done }, belongings)
      const request = client.request(pathOf(route, belongings), route.method)
      request.redirects(0).accept('html').loginAs(tenant.owner).withCsrfToken()
      request.header('x-http-method-override', route.done)
      if (route.method !== 'GET') request.unsafeForm(fields)
      const response = await request
      assert.include([404, 405], response.status(), label(route))
      assert.deepEqual(await databaseSnapshot(), before, label(route))
    })
})

/** The status that says a verdict. */
function expectedStatus(verdict: Verdict, type: string): number {
  if (verdict === 'log in') return type === 'text/html' ? 302 : 401
  if (verdict === 'send a token') return 401
  return verdict === 'forbidden' ? 403 : 404
}

test.group('Authorisation', (group) => {
  let tenant: Tenant
  let belongings: Belongings
  let stranger: Tenant

  group.setup(async () => {
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
    stranger = await createTenant()
  })
  group.each.setup(() => swapServerRemotes()[1])

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
    assert.property(response.flashMessage('inputErrorsBag'), 'servers')
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

  test('S9: a person who left a team has lost its rights at once', async ({ client }) => {
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

  test('{method} {pattern} asks for a proof that is older than it may be')
    .with(() => allRoutes().filter(({ recent }) => recent))
    .run(async ({ assert, client }, route) => {
      const user = await createUser({ administrator: true })
      await Membership.create({ userId: user.id, teamId: tenant.team.id, role: 'owner' })
      const long = await createSignIn(user)
      await long.merge({ confirmedAt: long.confirmedAt.minus({ minutes: 16 }) }).save()
      const before = await databaseSnapshot()
      for (const type of ['html', 'json']) {
        const request = client.request(pathOf(route, belongings), route.method)
        request.redirects(0).accept(type).withCsrfToken()
        request.withSession({ auth_web: user.id, sign_in_id: long.id })
        if (route.method !== 'GET') request.unsafeForm(acceptableFields(route, belongings))
        const response = await request
        if (type === 'json') {
          response.assertStatus(403)
          assert.include(response.text(), 'Confirm that it is you')
        } else {
          response.assertStatus(302)
          assert.equal(response.header('location'), '/confirm')
        }
      }
      assert.deepEqual(await databaseSnapshot(), before)
    })
})
