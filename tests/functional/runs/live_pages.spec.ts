import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import type Project from '#app/projects/models/project'
import Release from '#app/deployments/models/release'
import type Server from '#app/servers/models/server'
import { runEvents } from '#app/runs/run_events'
import Membership from '#app/teams/models/membership'
import { deploymentBy } from '#tests/support/deployments'
import { readEvents, type ServerSentEvent } from '#tests/support/event_stream'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { allRoutes, pathOf } from '#tests/support/route_catalogue'
import {
  createBelongings,
  createInstallation,
  createMember,
  createProject,
  createRun,
  createServer,
  createPublicKey,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

/** Pages that follow what happens, whatever it is at the moment. */
const ALWAYS = [
  ...['dashboard.show', 'servers.index', 'projects.index', 'deployments.index', 'processes.index'],
  ...['runs.index', 'bulk_runs.index', 'webhooks.show'],
]

const seenOf = (page: string) => /x-data="live" data-seen="([^"]*)"/.exec(page)?.[1]

test.group('Live pages', (group) => {
  let tenant: Tenant
  let visitor: Visitor
  let server: Server
  let project: Project

  group.setup(async () => {
    tenant = await createTenant()
    visitor = new Visitor()
    await visitor.logIn(tenant.owner)
  })
  group.each.setup(async () => {
    const restore = swapServerRemotes()[1]
    server = await createServer(tenant)
    project = await createProject(tenant, server)
    return restore
  })

  async function pageOf(path: string, reader = visitor) {
    const page = await (await reader.get(path)).text()
    return { page, seen: seenOf(page) }
  }

  /** What the page's stream tells until `until` says so or the panel ends it; `began` once it stands. */
  async function follow(
    path: string,
    {
      until = () => true,
      reader = visitor,
      headers = {},
      began = () => {},
    }: {
      until?: (event: ServerSentEvent) => unknown
      reader?: Visitor
      headers?: Record<string, string>
      began?: () => unknown
    } = {}
  ) {
    const left = new AbortController()
    const response = await reader.get(path, {
      headers: { accept: 'text/event-stream', ...headers },
      signal: AbortSignal.any([left.signal, AbortSignal.timeout(20_000)]),
    })
    await began()
    const events: ServerSentEvent[] = []
    for await (const event of readEvents(response)) {
      events.push(event)
      if (until(event)) break
    }
    left.abort()
    return events
  }

  const withSeen = (path: string, seen: string) =>
    `${path}${path.includes('?') ? '&' : '?'}seen=${seen}`

  async function deploy(state: 'active' | 'failed' | 'live' = 'failed') {
    const release = await Release.create({
      teamId: project.teamId,
      projectId: project.id,
      state: 'bad',
      commit: 'c'.repeat(40),
      commitSubject: 'Change the colour',
    })
    const run = await createRun(tenant, server, { title: 'Deploy', state: 'failed' })
    const of = { teamId: project.teamId, projectId: project.id, releaseId: release.id }
    const deployment = await deploymentBy({ ...of, state, run })
    runEvents.changed(deployment.id)
    return deployment
  }

  test('know what they showed: their stream has nothing new of it', async ({ assert }) => {
    const belongings = await createBelongings(tenant)
    const live: string[] = []
    for (const route of allRoutes()) {
      if (route.method !== 'GET' || !route.need || route.name.endsWith('_events.index')) continue
      if (['guest', 'terminal_sockets.show'].some((no) => no === route.need || no === route.name)) {
        continue
      }
      const path = pathOf(route, belongings)
      const response = await visitor.get(path)
      if (!response.headers.get('content-type')?.includes('html')) continue
      const seen = seenOf(await response.text())
      if (seen === undefined) continue
      live.push(route.name)
      assert.include(response.headers.get('vary') ?? '', 'Accept', path)
      const [first] = await follow(withSeen(path, 'nothing'))
      assert.equal(first.event, 'page', path)
      assert.equal(first.id, seen, path)
    }
    assert.containsSubset(live, ALWAYS)
  })

  test('tell of a deployment, as the page itself shows it', async ({ assert }) => {
    const paths = ['/dashboard', '/projects', `/projects/${project.id}/deployments`]
    for (const path of [...paths, `/projects/${project.id}`]) {
      const { seen } = await pageOf(path)
      const [event] = await follow(withSeen(path, seen!), { began: () => deploy() })
      assert.notEqual(event.id, seen, path)
      assert.include(event.data, 'Failed', path)
      const now = await pageOf(path)
      assert.equal(event.id, now.seen, path)
      assert.include(now.page, 'data-region', path)
    }
  })

  test('keep to the filters of their address', async ({ assert }) => {
    const path = `/projects?text=${encodeURIComponent(project.name)}`
    const { seen } = await pageOf(path)
    const other = await createProject(tenant, server)
    const [event] = await follow(withSeen(path, seen!), { began: () => deploy() })
    assert.include(event.data, project.name)
    assert.notInclude(event.data, other.name)
  })

  test('tell what was missed while the link was down', async ({ assert }) => {
    const { seen } = await pageOf('/projects')
    await deploy()
    const [missed] = await follow(withSeen('/projects', seen!))
    assert.include(missed.data, 'Failed')
    const [again] = await follow(withSeen('/projects', seen!), {
      headers: { 'last-event-id': missed.id },
      began: () => deploy('live'),
    })
    assert.notEqual(again.id, missed.id)
  })

  test('tell of what another process of the panel did', async ({ assert }) => {
    const { seen } = await pageOf('/projects')
    const [event] = await follow(withSeen('/projects', seen!), {
      began: () => server.merge({ name: 'renamed-elsewhere' }).save(),
    })
    assert.include(event.data, 'renamed-elsewhere')
  })

  test('say once why a form was refused, and do not take it back', async ({ assert }) => {
    const key = await createPublicKey(tenant.owner)
    await createInstallation(server, key, { state: 'installing' })
    const path = `/people-keys/${key.id}`
    const headers = { referer: `${process.env.APP_URL}${path}` }
    const refused = await visitor.post('/key-removals', {}, { headers })
    assert.equal(refused.status, 302)
    const { page, seen } = await pageOf(path)
    assert.include(page, 'x-data="live"')
    assert.equal(seen, '')
    const [first] = await follow(withSeen(path, seen!))
    assert.equal(first.event, 'mark')
    assert.equal(first.id, (await pageOf(path)).seen)
  })

  test('leave what is said once to the page that the person opens next', async ({ assert }) => {
    const path = `/projects/${project.id}/webhook`
    const made = await visitor.post(path, { provider: 'github' })
    assert.equal(made.status, 302)
    const [event] = await follow(withSeen(path, 'nothing'))
    assert.notInclude(event.data, 'Copy the secret now')
    const { page } = await pageOf(path)
    assert.include(page, 'Copy the secret now')
    assert.notInclude((await pageOf(path)).page, 'Copy the secret now')
  })

  test('show each team its own, and end for whoever may not see them any more', async ({
    assert,
  }) => {
    const other = await createTenant()
    const member = await createMember(tenant.team, 'viewer')
    const reader = new Visitor()
    await reader.logIn(member)
    const stranger = new Visitor()
    await stranger.logIn(other.owner)
    const path = `/projects/${project.id}`
    const refused = await stranger.get(path, { headers: { accept: 'text/event-stream' } })
    assert.equal(refused.status, 404)
    await refused.body?.cancel()
    const { seen } = await pageOf(path, reader)
    const events = await follow(withSeen(path, seen!), {
      reader,
      until: () => false,
      began: async () => {
        await Membership.query().where('user_id', member.id).delete()
        await deploy()
      },
    })
    assert.isAtMost(events.length, 1)
  }).timeout(40_000)

  test('end without a word once what they show is gone', async ({ assert }) => {
    const path = `/projects/${project.id}`
    const { seen } = await pageOf(path)
    const events = await follow(withSeen(path, seen!), {
      until: () => false,
      began: async () => {
        await sleep(100)
        await project.delete()
      },
    })
    assert.isEmpty(events)
    assert.equal((await visitor.get(path)).status, 404)
  })
})
