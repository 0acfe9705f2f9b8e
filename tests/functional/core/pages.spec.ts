import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import { issueSetupToken } from '#app/auth/setup_token'
import { runStateLooks, runStates, type RunState } from '#app/runs/states'
import { serverStatuses } from '#app/servers/statuses'
import {
  deploymentStateLooks,
  deploymentStates,
  type DeploymentState,
} from '#app/deployments/states'
import { deploymentBy } from '#tests/support/deployments'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { allRoutes, hasParams, pathOf } from '#tests/support/route_catalogue'
import {
  createBelongings,
  createProject,
  createRun,
  createServer,
  createTenant,
  someHostKey,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'
import { assertWhole } from '#tests/support/whole_page'

/** Pages that are there only for those who come a certain way; the tests of that way see them. */
const OF_A_WAY = [
  ...['setup.create', 'second_factors.create', 'password_resets.create'],
  ...['sign_ups.create', 'sign_up_completions.create'],
]

/** Routes that answer with a page, or redirect to one. */
const pages = () =>
  allRoutes().filter(
    ({ method, name }) =>
      method === 'GET' &&
      !name.startsWith('api.') &&
      !name.startsWith('health.') &&
      ![
        ...OF_A_WAY,
        'run_events.index',
        'deployment_events.index',
        'terminal_sockets.show',
      ].includes(name)
  )

/** Deployments that have not begun, or never did. */
const withoutRun: readonly DeploymentState[] = ['waiting', 'superseded']

/** How the run of a deployment in this state stands. */
function runStateOf(state: DeploymentState): RunState {
  if (state === 'live') return 'succeeded'
  if (state === 'active' || state === 'waiting' || state === 'superseded') return 'running'
  return state === 'rolled_back' || state === 'partial' ? 'failed' : state
}

test.group('Pages', (group) => {
  let tenant: Tenant
  let belongings: Belongings
  let newcomer: Tenant

  group.setup(async () => {
    await emptyDatabase()
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
    newcomer = await createTenant()
    for (const { owner } of [tenant, newcomer]) await owner.merge({ administrator: true }).save()
  })
  group.each.setup(() => swapServerRemotes()[1])

  test('GET {pattern} is whole, with what a team owns')
    .with(pages)
    .run(async ({ assert, client }, route) => {
      const request = client.get(pathOf(route, belongings)).redirects(0).accept('text/html')
      if (route.need !== 'guest') request.loginAs(tenant.owner)
      const response = await request
      if (route.name === 'home') return response.assertHeader('location', '/dashboard')
      response.assertStatus(200)
      if (!response.type().includes('html')) return
      assertWhole(assert, response.text())
    })

  test('GET {pattern} is whole before a team owns anything')
    .with(() => pages().filter((route) => !hasParams(route) && route.need !== 'guest'))
    .run(async ({ assert, client }, route) => {
      const request = client.get(route.pattern).redirects(0).accept('text/html')
      const response = await request.loginAs(newcomer.owner)
      if (route.name === 'home') return response.assertHeader('location', '/dashboard')
      response.assertStatus(200)
      if (!response.type().includes('html')) return
      assertWhole(assert, response.text())
    })

  test('the front door leads strangers to the login page', async ({ client }) => {
    const response = await client.get('/').redirects(0).accept('text/html')
    response.assertStatus(302)
    response.assertHeader('location', '/login')
  })

  test('the health of the process is open to supervisors', async ({ client }) => {
    const response = await client.get('/health/live')
    response.assertStatus(200)
    response.assertBody({ status: 'ok' })
  })

  test('a run that is {$self} has a page')
    .with([...runStates])
    .run(async ({ assert, client }, state) => {
      const run = await createRun(tenant, belongings.server, { state })
      const response = await client.get(`/runs/${run.id}`).loginAs(tenant.owner)
      response.assertStatus(200)
      assertWhole(assert, response.text())
      assert.include(response.text(), runStateLooks[state].label)
    })

  test('a run that someone cancels has a page that says so', async ({ assert, client }) => {
    const run = await createRun(tenant, belongings.server, {
      state: 'running',
      startedAt: DateTime.utc(),
      cancelRequestedAt: DateTime.utc(),
    })
    const response = await client.get(`/runs/${run.id}`).loginAs(tenant.owner)
    response.assertStatus(200)
    assert.include(response.text(), 'Cancelling')
  })

  test('a server that is {$self} has a page')
    .with([...serverStatuses])
    .run(async ({ assert, client }, status) => {
      const unconfirmed = status === 'unconfirmed'
      const server = await createServer(tenant, {
        status,
        statusMessage: 'why it is so',
        ...(unconfirmed ? { offeredHostKey: someHostKey(), hostKeys: [] } : {}),
      })
      const path = unconfirmed ? `/servers/${server.id}/connect` : `/servers/${server.id}`
      const response = await client.get(path).redirects(0).loginAs(tenant.owner)
      response.assertStatus(200)
      assertWhole(assert, response.text())
      assert.include(response.text(), server.name)
    })

  test('a deployment that is {$self} has a page')
    .with([...deploymentStates])
    .run(async ({ assert, client }, state) => {
      const project = await createProject(tenant, belongings.server)
      const run = await createRun(tenant, belongings.server, {
        kind: 'deployment',
        state: runStateOf(state),
      })
      const deployment = await deploymentBy({
        teamId: tenant.team.id,
        projectId: project.id,
        releaseId: belongings.release.id,
        run: withoutRun.includes(state) ? null : run,
        createdBy: tenant.owner.id,
        state,
      })
      const paths = [
        `/projects/${project.id}/deployments/${deployment.id}`,
        `/projects/${project.id}/deployments`,
        `/projects/${project.id}`,
        '/projects',
        '/dashboard',
      ]
      for (const path of paths) {
        const response = await client.get(path).loginAs(tenant.owner)
        assert.equal(response.status(), 200, path)
        assertWhole(assert, response.text())
        // While it is open, its own page tells how its run stands.
        if (path === paths[0]) continue
        assert.include(response.text(), deploymentStateLooks[state].label, path)
      }
    })

  test('lists page on when they are long', async ({ assert, client }) => {
    const { project, server } = belongings
    for (let number = 0; number < 60; number++) {
      const run = await createRun(tenant, server, { title: `Number ${number}`, state: 'succeeded' })
      await deploymentBy({
        teamId: tenant.team.id,
        projectId: project.id,
        releaseId: belongings.release.id,
        run,
        cause: 'webhook',
        causedBy: 'A. Person',
        state: 'live',
      })
    }
    for (const path of ['/runs', `/projects/${project.id}/deployments`]) {
      const first = await client.get(path).loginAs(tenant.owner)
      assert.include(first.text(), 'page=2', path)
      const second = await client.get(`${path}?page=2`).loginAs(tenant.owner)
      second.assertStatus(200)
      assertWhole(assert, second.text())
      const beyond = await client.get(`${path}?page=999`).loginAs(tenant.owner)
      beyond.assertStatus(200)
    }
  })

  test('a path that is not there has a page of its own', async ({ assert, client }) => {
    for (const path of ['/no-such-page', '/servers/01ARZ3NDEKTSV4RRFFQ69G5FAV', '/servers/x/y/z']) {
      const response = await client.get(path).accept('text/html').loginAs(tenant.owner)
      assert.equal(response.status(), 404, path)
      assertWhole(assert, response.text())
    }
  })

  test('the form that claims the panel is whole', async ({ assert, client }) => {
    await emptyDatabase()
    const token = await issueSetupToken()
    const response = await client.get('/setup').qs({ token }).accept('text/html')
    response.assertStatus(200)
    assertWhole(assert, response.text())
  })
})
