import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import Placement from '#app/projects/models/placement'
import Project from '#app/projects/models/project'
import type Server from '#app/servers/models/server'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import {
  createProject,
  createServer,
  createTenant,
  placeOn,
  type Tenant,
} from '#tests/support/tenants'

const rollout = { rollout: 'together', rollingBatch: '1', rollingFailure: 'stay' }

test.group('Servers of a project', (group) => {
  let tenant: Tenant
  let servers: Server[]
  let project: Project

  group.each.setup(async () => {
    tenant = await createTenant()
    servers = []
    for (const name of ['web-1', 'web-2', 'web-3']) {
      servers.push(await createServer(tenant, { name }))
    }
    project = await createProject(tenant, servers[0])
    return swapServerRemotes()[1]
  })

  const send = (client: ApiClient, method: string, path: string, fields: object) =>
    client
      .request(path, method)
      .redirects(0)
      .accept('text/html')
      .loginAs(tenant.owner)
      .withCsrfToken()
      .unsafeForm(fields)
  const put = (client: ApiClient, fields: object) =>
    send(client, 'PUT', `/projects/${project.id}/servers`, { ...rollout, ...fields })
  const placements = async (id = project.id) => {
    const rows = await Placement.within(tenant.scope).where('project_id', id).preload('server')
    return Object.fromEntries(rows.map(({ server, role }) => [server.name, role]))
  }
  const errors = (response: { flashMessages(): Record<string, any> }) =>
    response.flashMessages().inputErrorsBag ?? {}

  test('are chosen with their roles when it is made', async ({ assert, client }) => {
    const form = await client.get('/projects/new').loginAs(tenant.owner)
    for (const { name } of servers) form.assertTextIncludes(name)
    await send(client, 'POST', '/projects', {
      ...{ name: 'Shop', slug: 'shop', repositoryUrl: 'https://git.example.com/a.git' },
      ...{ branch: 'main', runtime: 'static', domain: 'shop.example.com', listenPort: '80' },
      ...{ healthPath: '/', healthTimeoutSeconds: '30', keepReleases: '5' },
      'servers[]': servers.map(({ id }) => id),
      'workers[]': [servers[2].id],
    })
    const made = await Project.within(tenant.scope).where('slug', 'shop').firstOrFail()
    assert.deepEqual(await placements(made.id), {
      'web-1': 'web',
      'web-2': 'web',
      'web-3': 'worker',
    })
    const page = await client.get(`/projects/${made.id}`).loginAs(tenant.owner)
    page.assertTextIncludes('No release yet')
    for (const { name } of servers) page.assertTextIncludes(name)
    const list = await client.get('/projects').loginAs(tenant.owner)
    list.assertTextIncludes('web-2')
  })

  test('are changed, and what stays keeps its ports', async ({ assert, client }) => {
    const before = await Placement.within(tenant.scope).where('server_id', servers[0].id)
    await put(client, { 'servers[]': [servers[0].id, servers[1].id] })
    assert.deepEqual(await placements(), { 'web-1': 'web', 'web-2': 'web' })
    const after = await Placement.within(tenant.scope).where('server_id', servers[0].id)
    assert.deepEqual(
      after.map(({ id, appPort }) => [id, appPort]),
      before.map(({ id, appPort }) => [id, appPort])
    )
    await put(client, {
      'servers[]': [servers[1].id, servers[2].id],
      'workers[]': [servers[2].id],
    })
    assert.deepEqual(await placements(), { 'web-2': 'web', 'web-3': 'worker' })
    const [row] = await db
      .from('activities')
      .where('action', 'project.placed')
      .orderBy('sequence', 'desc')
    assert.containSubset(JSON.parse(row.details), {
      server: 'web-2 and web-3',
      added: 'web-3',
      removed: 'web-1',
    })
  })

  test('say how releases go over them', async ({ assert, client }) => {
    await put(client, {
      'servers[]': [servers[0].id],
      'rollout': 'rolling',
      'rollingBatch': '2',
      'rollingFailure': 'return',
    })
    const changed = await Project.within(tenant.scope).where('id', project.id).firstOrFail()
    assert.containSubset(changed, {
      rollout: 'rolling',
      rollingBatch: 2,
      rollingFailure: 'return',
    })
  })

  test('are refused when nobody would answer visitors, or when they are not the team’s', async ({
    assert,
    client,
  }) => {
    const other = await createServer(await createTenant())
    const unconfirmed = await createServer(tenant, { hostKeys: [] })
    const wrong = [
      {},
      { 'servers[]': [servers[0].id], 'workers[]': [servers[0].id] },
      { 'servers[]': [servers[0].id, other.id] },
      { 'servers[]': [servers[0].id, unconfirmed.id] },
      { 'servers[]': ['no-such-server'] },
    ]
    for (const fields of wrong) {
      const response = await put(client, fields)
      assert.property(errors(response), 'servers', JSON.stringify(fields))
      assert.deepEqual(await placements(), { 'web-1': 'web' })
    }
  })

  test('are refused where another project has the address', async ({ assert, client }) => {
    await createProject(tenant, servers[1], { domain: project.domain })
    const response = await put(client, { 'servers[]': [servers[0].id, servers[1].id] })
    assert.property(errors(response), 'domain')
    await put(client, {
      'servers[]': [servers[0].id, servers[1].id],
      'workers[]': [servers[1].id],
    })
    assert.deepEqual(await placements(), { 'web-1': 'web', 'web-2': 'worker' })
  })

  test('stay as they are while a deployment is under way', async ({ assert, client }) => {
    await new CreateDeployment().deploy(causeOf(tenant.scope), project)
    const response = await put(client, { 'servers[]': [servers[0].id, servers[1].id] })
    assert.property(errors(response), 'servers')
    assert.deepEqual(await placements(), { 'web-1': 'web' })
  })

  test('are found by name where there are many', async ({ assert, client }) => {
    const page = await client
      .get(`/projects/${project.id}/servers?search=web-3&servers[]=${servers[1].id}`)
      .loginAs(tenant.owner)
    const listed = [...page.text().matchAll(/name="servers\[\]" value="(\w+)"/g)].map(
      ([, id]) => id
    )
    assert.includeMembers(
      listed,
      servers.map(({ id }) => id)
    )
    const other = await client.get('/projects/new?search=web-3').loginAs(tenant.owner)
    assert.include(other.text(), `value="${servers[2].id}"`)
    assert.notInclude(other.text(), `value="${servers[0].id}"`)
  })

  test('keep a server from being removed, each of them', async ({ assert, client }) => {
    await placeOn(project, servers[1])
    for (const server of servers.slice(0, 2)) {
      const fields = { confirm: server.name }
      const response = await send(client, 'DELETE', `/servers/${server.id}`, fields)
      assert.property(errors(response), 'confirm')
    }
    const page = await client.get(`/servers/${servers[1].id}`).loginAs(tenant.owner)
    page.assertTextIncludes(project.name)
  })
})
