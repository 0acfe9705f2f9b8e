import { test } from '@japa/runner'
import type { ApiClient } from '@japa/api-client'
import Activity from '#app/activity/models/activity'
import Server from '#app/servers/models/server'
import ServerGroup from '#app/servers/models/server_group'
import Tag from '#app/servers/models/tag'
import { labelsPage } from '#app/servers/queries/labels_page'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import {
  createGroup,
  createMember,
  createServer,
  createTag,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'

test.group('Tags and groups', (specs) => {
  let tenant: Tenant
  let client: ApiClient

  specs.each.setup(async (current) => {
    tenant = await createTenant()
    client = current.context.client
  })

  const send = (method: 'POST' | 'PUT' | 'DELETE', path: string, fields: object = {}) =>
    client
      .request(path, method)
      .redirects(0)
      .accept('text/html' as 'html')
      .loginAs(tenant.owner)
      .withCsrfToken()
      .unsafeForm(fields as Record<string, string>)
  const kinds = [
    { path: '/tags', model: Tag, noun: 'tag', create: createTag },
    { path: '/server-groups', model: ServerGroup, noun: 'server_group', create: createGroup },
  ] as const

  test('{noun}: are made, changed and removed, and are on record')
    .with([...kinds])
    .run(async ({ assert }, { path, model, noun }) => {
      await send('POST', path, { name: 'Production', colour: 'clay' })
      const made = await model.within(tenant.scope).firstOrFail()
      assert.containSubset(made.serialize(), { name: 'Production', colour: 'clay' })
      await send('PUT', `${path}/${made.id}`, { name: 'Prod', colour: 'steel' })
      await send('PUT', `${path}/${made.id}`, { name: 'Prod', colour: 'steel' })
      const changed = await model.within(tenant.scope).firstOrFail()
      assert.containSubset(changed.serialize(), { name: 'Prod', colour: 'steel' })
      await send('DELETE', `${path}/${made.id}`)
      assert.lengthOf(await model.within(tenant.scope), 0)
      const rows = await Activity.within(tenant.scope).orderBy('sequence')
      assert.deepEqual(
        rows.map(({ action }) => action),
        [`${noun}.created`, `${noun}.updated`, `${noun}.removed`]
      )
    })

  test('{noun}: have names of their own in their team, and colours that there are')
    .with([...kinds])
    .run(async ({ assert }, { path, create }) => {
      const label = await create(tenant, { name: 'Production' })
      const other = await create(tenant)
      await create(await createTenant(), { name: 'Elsewhere' })
      const before = await databaseSnapshot()
      const refused = await send('POST', path, { name: label.name, colour: 'clay' })
      assert.property(refused.flashMessages().inputErrorsBag, 'name')
      const same = await send('PUT', `${path}/${other.id}`, { name: label.name, colour: 'clay' })
      assert.property(same.flashMessages().inputErrorsBag, 'name')
      const red = await send('POST', path, { name: 'New', colour: 'red' })
      assert.property(red.flashMessages().inputErrorsBag, 'colour')
      assert.deepEqual(await databaseSnapshot(), before)
      await send('POST', path, { name: 'Elsewhere', colour: 'clay' })
      assert.notDeepEqual(await databaseSnapshot(), before)
    })

  test('leave the servers that had them', async ({ assert }) => {
    const [tag, group] = [await createTag(tenant), await createGroup(tenant)]
    const server = await createServer(tenant, { groupId: group.id })
    await server.related('tags').attach([tag.id])
    await send('DELETE', `/tags/${tag.id}`)
    await send('DELETE', `/server-groups/${group.id}`)
    const left = await Server.within(tenant.scope).preload('tags').firstOrFail()
    assert.lengthOf(left.tags, 0)
    assert.isNull(left.groupId)
  })

  test('are counted among the servers that one sees', async ({ assert }) => {
    const [tag, group] = [await createTag(tenant), await createGroup(tenant)]
    const hidden = await createTag(tenant)
    const servers = [await createServer(tenant), await createServer(tenant)]
    for (const server of servers) {
      await server.merge({ groupId: group.id }).save()
      await server.related('tags').attach([tag.id])
    }
    await servers[1].related('tags').attach([hidden.id])
    const all = await labelsPage(tenant.scope)
    assert.deepEqual(
      all.tags.map(({ id, count }) => [id, count]).sort(),
      [
        [hidden.id, 1],
        [tag.id, 2],
      ].sort()
    )
    assert.equal(all.groups[0].count, 2)
    const scope = Object.create(tenant.scope, {
      restriction: { value: { serverIds: [servers[0].id], projectIds: [] } },
    })
    const some = await labelsPage(scope)
    assert.deepEqual(
      some.tags.map(({ id, count }) => [id, count]),
      [[tag.id, 1]]
    )
    assert.equal(some.groups[0].count, 1)
  })

  test('are shown to those who look on, without what changes them', async ({ assert }) => {
    await createTag(tenant, { name: 'Production' })
    const viewer = await createMember(tenant.team, 'viewer')
    const page = await client.get('/tags').loginAs(viewer)
    assert.include(page.text(), 'Production')
    assert.notInclude(page.text(), 'Make the tag')
    assert.notInclude(page.text(), '_method=DELETE')
  })
})
