import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import { listProjects } from '#app/deployments/queries/list_projects'
import Placement from '#app/projects/models/placement'
import type Server from '#app/servers/models/server'
import { timedDeployment } from '#tests/support/timed_deployments'
import { queriesOf } from '#tests/support/queries'
import {
  createMember,
  createProject,
  createServer,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'

test.group('The list of projects', (group) => {
  let tenant: Tenant
  let server: Server

  group.each.setup(async () => {
    tenant = await createTenant()
    server = await createServer(tenant)
  })

  const over = { repositoryUrl: 'https://git.example.com/team/app.git' }
  const open = async (client: ApiClient, query = '', person = tenant.owner) => {
    const response = await client.get(`/projects${query}`).loginAs(person)
    response.assertStatus(200)
    return response.text()
  }

  test('says what is live, how it answered, and who deployed last', async ({ assert, client }) => {
    const project = await createProject(tenant, server, { ...over, name: 'Shop' })
    const live = await timedDeployment(tenant, project, server, {
      release: { commit: `beef123${'0'.repeat(33)}`, commitSubject: 'New prices' },
    })
    await project.merge({ liveReleaseId: live.releaseId }).save()
    await Placement.within(tenant.scope)
      .where('project_id', project.id)
      .update({
        ...{ live_release_id: live.releaseId, answer_status: 204, answer_ms: 12 },
        answered_at: DateTime.utc().toMillis(),
      })
    await timedDeployment(tenant, project, server, { state: 'failed', createdBy: tenant.owner.id })
    const html = await open(client)
    for (const text of [
      'beef123',
      'New prices',
      '204',
      'in 12 ms',
      'Failed',
      tenant.owner.fullName,
    ])
      assert.include(html, text)
  })

  test('deploys from a line, unless something stands in between', async ({ assert, client }) => {
    const ready = await createProject(tenant, server, over)
    const bare = await createServer(tenant, { preparedAt: null })
    const unprepared = await createProject(tenant, bare, over)
    const unconfirmed = await createProject(tenant, server)
    const html = await open(client)
    const offers = (text: string, { id }: { id: string }) =>
      text.includes(`action="/projects/${id}/deployments"`)
    assert.isTrue(offers(html, ready))
    assert.isFalse(offers(html, unprepared))
    assert.isFalse(offers(html, unconfirmed))
    const viewer = await createMember(tenant.team, 'viewer')
    assert.isFalse(offers(await open(client, '', viewer), ready))
  })

  test('is filtered by words, state and server', async ({ assert, client }) => {
    const other = await createServer(tenant)
    const shop = await createProject(tenant, server, { ...over, name: 'Shop' })
    const blog = await createProject(tenant, other, { ...over, name: 'Blog' })
    await createProject(tenant, other, { ...over, name: 'Docs' })
    await timedDeployment(tenant, shop, server, { state: 'failed' })
    await timedDeployment(tenant, shop, server)
    await timedDeployment(tenant, blog, other, { state: 'failed' })
    const shown = async (query: string) => {
      const html = await open(client, query)
      return ['Shop', 'Blog', 'Docs'].filter((name) => html.includes(`>${name}</a>`))
    }
    assert.deepEqual(await shown('?text=sho'), ['Shop'])
    assert.deepEqual(await shown(`?text=${blog.slug}`), ['Blog'])
    assert.deepEqual(await shown('?state=failed'), ['Blog'])
    assert.deepEqual(await shown('?state=live'), ['Shop'])
    assert.deepEqual(await shown('?state=never'), ['Docs'])
    assert.deepEqual(await shown(`?server=${other.id}`), ['Blog', 'Docs'])
    assert.deepEqual(await shown(`?server=${other.id}&state=never`), ['Docs'])
    assert.include(await open(client, '?text=nowhere'), 'No project fits these filters.')
  })

  test('asks as much of the database for a page of fifty as for one', async ({
    assert,
    client,
  }) => {
    await createProject(tenant, server, { ...over, name: 'A first' })
    const one = await queriesOf(() => listProjects(tenant.scope))
    for (let count = 0; count < 51; count++) await createProject(tenant, server, over)
    assert.equal(await queriesOf(() => listProjects(tenant.scope)), one)
    assert.include(await open(client), '1&ndash;50 of 52')
    assert.include(await open(client, '?page=7'), '51&ndash;52 of 52')
  })
})
