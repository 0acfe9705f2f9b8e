import { test } from '@japa/runner'
import Activity from '#app/activity/models/activity'
import Grant from '#app/teams/models/grant'
import Membership from '#app/teams/models/membership'
import { roleCan, type Ability } from '#app/teams/roles'
import type User from '#app/users/models/user'
import Deployment from '#app/deployments/models/deployment'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { allRoutes, hasParams, isApi, pathOf } from '#tests/support/route_catalogue'
import {
  createBelongings,
  createMember,
  createTenant,
  createToken,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor, type Fields } from '#tests/support/visitor'

/** Things that pages about one of them are asked for by. */
const NOUNS = ['servers', 'runs', 'projects', 'deployments', 'releases', 'variables']

/** What leads elsewhere when everything is as it should be, or never ends. */
const NO_PAGES = ['run_events.index', 'server_connections.create', 'terminal_sockets.show']

/** Pages of single servers and projects and what belongs to them. */
const pagesOfThings = () =>
  allRoutes().filter(({ method, name, pattern }) => {
    const nouns = [...pattern.matchAll(/([^/]+)\/:/g)].map(([, noun]) => noun)
    const isOfThings = nouns.length > 0 && nouns.every((noun) => NOUNS.includes(noun))
    return method === 'GET' && isOfThings && !NO_PAGES.includes(name)
  })

/** Lists, overviews and searches over all that one sees. */
const overviews = () =>
  allRoutes().filter(
    (route) =>
      route.method === 'GET' &&
      !hasParams(route) &&
      !['public', 'guest', 'signed-in', 'administrator'].includes(route.need)
  )

const namesOf = ({ server, project, unconfirmedServer, gitHost }: Belongings) => [
  ...[server.name, server.host, project.name, project.domain],
  ...[unconfirmedServer.name, gitHost.host],
]

const idsOf = ({ server, project, run, openRun, deployment, release }: Belongings) =>
  [server, project, run, openRun, deployment, release].map(({ id }) => id)

test.group('What restricted members see', (group) => {
  let tenant: Tenant
  /** Its server is granted, and with it what runs there. */
  let byServer: Belongings
  /** Its project is granted, its server is not. */
  let byProject: Belongings
  let hidden: Belongings

  group.tap((each) => each.timeout(60_000))
  group.setup(async () => {
    tenant = await createTenant()
    byServer = await createBelongings(tenant)
    byProject = await createBelongings(tenant)
    hidden = await createBelongings(tenant)
    for (const { run, project } of [byServer, byProject, hidden]) {
      await run.merge({ projectId: project.id, title: `Deploy ${project.name}` }).save()
    }
  })
  group.each.setup(() => swapServerRemotes()[1])

  /** A member of a role who sees one server and one project. */
  async function restricted(role: 'viewer' | 'deployer'): Promise<User> {
    const user = await createMember(tenant.team, role, true)
    const { id: membershipId } = await Membership.within(tenant.scope)
      .where('user_id', user.id)
      .firstOrFail()
    const place = { teamId: tenant.team.id, membershipId }
    await Grant.create({ ...place, serverId: byServer.server.id, projectId: null })
    await Grant.create({ ...place, serverId: null, projectId: byProject.project.id })
    return user
  }

  for (const role of ['viewer', 'deployer'] as const) {
    test(`GET {pattern} shows a ${role} what is granted, and nothing else is there`)
      .with(pagesOfThings)
      .run(async ({ assert, client }, route) => {
        const user = await restricted(role)
        const { text } = await createToken(user, tenant.team)
        const isOfServer = route.pattern.includes('/servers/')
        const cases = [
          { things: byServer, sees: true },
          { things: byProject, sees: !isOfServer },
          { things: hidden, sees: false },
        ]
        const may = roleCan(role, route.need as Ability)
        for (const { things, sees } of cases) {
          const request = client.get(pathOf(route, things)).redirects(0)
          if (isApi(route)) request.header('authorization', `Bearer ${text}`)
          else request.accept('html').loginAs(user)
          const response = await request
          // A viewer makes no tokens, so one of theirs is none.
          const token = !isApi(route) || roleCan(role, 'tokens.manage')
          const expected = token ? (may ? (sees ? 200 : 404) : 403) : 401
          assert.equal(response.status(), expected, pathOf(route, things))
          for (const name of namesOf(hidden)) assert.notInclude(response.text(), name)
        }
      })
  }

  test('GET {pattern} names nothing that is not granted')
    .with(overviews)
    .run(async ({ assert, client }, route) => {
      for (const role of ['viewer', 'deployer'] as const) {
        const user = await restricted(role)
        const { text } = await createToken(user, tenant.team)
        const paths = [route.pattern]
        if (route.name === 'palette.index') {
          const words = [hidden.server.name, hidden.project.name, 'deploy', 'server', 'project']
          paths.push(...words.map((word) => `/palette?q=${encodeURIComponent(word)}`))
        }
        for (const path of paths) {
          for (const type of ['html', 'json'] as const) {
            const request = client.get(path).redirects(0).accept(type)
            if (isApi(route)) request.header('authorization', `Bearer ${text}`)
            else request.loginAs(user)
            const response = await request
            const page = response.text().replace(/value="[^"]*"/g, '')
            const asked = path.includes('?q=') ? decodeURIComponent(path.split('?q=')[1]) : null
            for (const name of [...namesOf(hidden), ...idsOf(hidden)]) {
              if (name !== asked) assert.notInclude(page, name, path)
            }
            const link = `/servers/${byProject.server.id}`
            assert.notInclude(page, link, path)
            assert.notInclude(page, byProject.server.host, path)
          }
        }
      }
    })

  test('a granted project names its server, and leads neither there nor to its neighbours', async ({
    assert,
    client,
  }) => {
    const user = await restricted('viewer')
    for (const path of [
      '/projects',
      '/dashboard',
      `/projects/${byProject.project.id}`,
      `/runs/${byProject.run.id}`,
      `/projects/${byProject.project.id}/deployments/${byProject.deployment.id}`,
    ]) {
      const page = (await client.get(path).loginAs(user)).text()
      assert.include(page, byProject.project.name, path)
      assert.notInclude(page, `/servers/${byProject.server.id}`, path)
    }
    const page = (await client.get(`/projects/${byProject.project.id}`).loginAs(user)).text()
    assert.include(page, byProject.server.name)
    const runs = (await client.get('/runs').loginAs(user)).text()
    assert.include(runs, byProject.run.id)
    assert.notInclude(runs, byProject.openRun.id)
    assert.include(runs, byServer.openRun.id)
  })

  test('a count says how much is granted and not how much there is', async ({ assert, client }) => {
    const user = await restricted('viewer')
    for (const [path, count] of [
      ['/servers', 1],
      ['/projects', 2],
    ] as const) {
      const page = (await client.get(path).loginAs(user)).text()
      assert.equal(page.match(/class="table__link"/g)?.length, count, path)
    }
  })

  test('who sees nothing yet is told so on {$self}')
    .with(['/dashboard', '/servers', '/projects', '/runs'])
    .run(async ({ assert, client }, path) => {
      const user = await createMember(tenant.team, 'deployer', true)
      const response = await client.get(path).accept('html').loginAs(user)
      response.assertStatus(200)
      const page = response.text()
      assert.match(page, /granted to you|No runs yet/)
      for (const things of [byServer, byProject, hidden]) {
        for (const name of namesOf(things)) assert.notInclude(page, name)
      }
    })

  test('a deployer deploys and rolls back what is granted, and nothing else', async ({
    assert,
    client,
  }) => {
    const user = await restricted('deployer')
    const post = (path: string) =>
      client.post(path).redirects(0).accept('html').loginAs(user).withCsrfToken()
    const before = await databaseSnapshot()
    const paths = [
      `/projects/${hidden.project.id}/deployments`,
      `/projects/${hidden.project.id}/releases/${hidden.release.id}/rollback`,
      `/runs/${hidden.openRun.id}/cancel`,
      `/runs/${byProject.openRun.id}/cancel`,
    ]
    for (const path of paths) assert.equal((await post(path)).status(), 404, path)
    assert.deepEqual(await databaseSnapshot(), before)
    for (const { project } of [byServer, byProject]) {
      const response = await post(`/projects/${project.id}/deployments`)
      assert.equal(response.status(), 302)
      const active = await Deployment.within(tenant.scope)
        .where('active_project_id', project.id)
        .firstOrFail()
      assert.equal(response.header('location'), `/projects/${project.id}/deployments/${active.id}`)
      await active.delete()
    }
  })
})

test.group('Granting', (group) => {
  let tenant: Tenant
  let belongings: Belongings
  let owner: Visitor
  let member: Membership

  group.each.setup(async () => {
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
    await belongings.passkey.delete()
    owner = new Visitor()
    await owner.logIn(tenant.owner)
    member = belongings.member
  })

  const grant = (fields: Fields) =>
    owner.post(`/team/members/${member.id}/access?_method=PUT`, { sees: 'granted', ...fields })

  const granted = async () => {
    const grants = await Grant.within(tenant.scope)
    return grants.map(({ serverId, projectId }) => serverId ?? projectId)
  }

  test('replaces what was granted before, on record', async ({ assert }) => {
    const { server, project, unconfirmedServer } = belongings
    await grant({ 'servers[]': [server.id, unconfirmedServer.id, server.id] })
    assert.sameMembers(await granted(), [server.id, unconfirmedServer.id])
    await grant({ 'projects[]': [project.id] })
    assert.sameMembers(await granted(), [project.id])
    assert.isTrue((await member.refresh()).restricted)
    const act = await Activity.within(tenant.scope).orderBy('sequence', 'desc').firstOrFail()
    assert.equal(act.action, 'member.restricted')
    assert.deepEqual(act.details, { restricted: true, servers: [], projects: [project.name] })
    const page = await (await owner.get(`/team/members/${member.id}`)).text()
    const checked = [...page.matchAll(/<input[^>]*type="checkbox"[^>]*>/g)]
      .map(([tag]) => tag)
      .filter((tag) => /\schecked/.test(tag))
    assert.lengthOf(checked, 1)
    assert.include(checked[0], project.id)
  })

  test('nothing is possible, and everything again', async ({ assert }) => {
    await grant({})
    assert.deepEqual(await granted(), [])
    assert.isTrue((await member.refresh()).restricted)
    await grant({ 'sees': 'everything', 'servers[]': [belongings.server.id] })
    assert.deepEqual(await granted(), [])
    assert.isFalse((await member.refresh()).restricted)
  })

  test('takes no server and no project of another team', async ({ assert }) => {
    const foreign = await createBelongings(await createTenant())
    const before = await databaseSnapshot()
    await grant({ 'servers[]': [belongings.server.id, foreign.server.id] })
    await grant({ 'projects[]': [foreign.project.id] })
    await grant({ 'servers[]': ['01ARZ3NDEKTSV4RRFFQ69G5FAV'] })
    assert.deepEqual(await databaseSnapshot(), before)
    const other = await owner.post(`/team/members/${foreign.member.id}/access?_method=PUT`, {
      sees: 'granted',
    })
    assert.equal(other.status, 404)
  })

  test('is not for owners and admins', async ({ assert }) => {
    await member.merge({ role: 'admin' }).save()
    const before = await databaseSnapshot()
    await grant({ 'servers[]': [belongings.server.id] })
    assert.deepEqual(await databaseSnapshot(), before)
  })

  test('keeps what was granted in sight when another form of the page is refused', async ({
    assert,
  }) => {
    await grant({ 'servers[]': [belongings.server.id] })
    await owner.post(
      `/team/members/${member.id}/role?_method=PUT`,
      { role: 'emperor' },
      { headers: { referer: `${process.env.APP_URL}/team/members/${member.id}` } }
    )
    const page = await (await owner.get(`/team/members/${member.id}`)).text()
    assert.match(page, new RegExp(`value="${belongings.server.id}"[^>]*checked`))
  })

  test('ends with what was granted', async ({ assert }) => {
    await grant({ 'servers[]': [belongings.unconfirmedServer.id] })
    await belongings.unconfirmedServer.delete()
    assert.deepEqual(await granted(), [])
    assert.isTrue((await member.refresh()).restricted)
  })
})
