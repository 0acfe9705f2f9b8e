import { test } from '@japa/runner'
import type { ApiClient } from '@japa/api-client'
import db from '@adonisjs/lucid/services/db'
import Activity from '#app/activity/models/activity'
import SavedFilter from '#app/servers/models/saved_filter'
import { serverList } from '#app/servers/queries/server_list'
import { filteredServers, serverFilterFrom } from '#app/servers/server_filter'
import { Scope } from '#app/teams/scope'
import type User from '#app/users/models/user'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { createManyServers, labelServers, statusOfNumber } from '#tests/support/many_servers'
import { queriesOf } from '#tests/support/queries'
import {
  createMember,
  createServer,
  createTenant,
  createToken,
  type Tenant,
} from '#tests/support/tenants'

const COUNT = 1000
const NUMBERS = Array.from({ length: COUNT }, (_, index) => index)
const nameOf = (index: number) => `server-${String(index + 1).padStart(4, '0')}`

test.group('The list of a thousand servers', (group) => {
  let tenant: Tenant
  let ids: string[]
  let labels: Awaited<ReturnType<typeof labelServers>>

  group.tap((each) => each.timeout(60_000))
  group.setup(async () => {
    await emptyDatabase()
    tenant = await createTenant()
    ids = await createManyServers(tenant, COUNT)
    labels = await labelServers(tenant, ids)
    const stranger = await createTenant()
    await labelServers(stranger, await createManyServers(stranger, 10))
  })

  const list = (query: Record<string, unknown>, page = 1, scope = tenant.scope) =>
    serverList(scope, serverFilterFrom(query), page)
  const names = (page: Awaited<ReturnType<typeof list>>) => page.servers.map(({ name }) => name)
  const found = async (query: Record<string, unknown>) => {
    const rows = await filteredServers(tenant.scope, serverFilterFrom(query)).select('name')
    return rows.map(({ name }) => name).sort()
  }
  const expected = (keep: (index: number) => boolean) => NUMBERS.filter(keep).map(nameOf).sort()

  test('is shown in pages of fifty, each server on one of them', async ({ assert }) => {
    const seen = new Set<string>()
    for (let page = 1; page <= 20; page++) {
      const shown = names(await list({}, page))
      assert.lengthOf(shown, 50)
      for (const name of shown) seen.add(name)
    }
    assert.equal(seen.size, COUNT)
    const beyond = await list({}, 99)
    assert.equal(beyond.paginator.currentPage, 20)
    assert.equal(beyond.paginator.total, COUNT)
    assert.equal((await list({ search: 'nothing at all' })).paginator.total, 0)
    const last = await list({ search: 'server-00' }, 99)
    assert.deepEqual(last.paginator, { currentPage: 2, perPage: 50, total: 99, lastPage: 2 })
    assert.lengthOf(last.servers, 49)
  })

  test('is searched by name, host, system and tag, word by word', async ({ assert }) => {
    assert.deepEqual(
      await found({ search: 'server-09' }),
      expected((index) => index >= 899 && index < 999)
    )
    assert.deepEqual(
      await found({ search: '10.0.3.250' }),
      expected((index) => index === 999)
    )
    assert.deepEqual(
      await found({ search: 'trixie' }),
      expected((index) => index % 3 === 1)
    )
    assert.deepEqual(
      await found({ search: 'DATABASE bookworm' }),
      expected((index) => index % 4 === 0 && index % 3 === 0)
    )
    assert.deepEqual(await found({ search: '%' }), [])
    assert.deepEqual(await found({ search: '_' }), [])
  })

  test('is filtered by status, group and tags, any of them or all', async ({ assert }) => {
    const [web, , central] = labels.tags
    const status = ['unreachable', 'auth_failed']
    assert.deepEqual(
      await found({ status }),
      expected((index) => status.includes(statusOfNumber(index)))
    )
    const [production] = labels.groups
    const inProduction = (index: number) => index % 5 < 4 && index % 2 === 0
    assert.deepEqual(await found({ group: production.id }), expected(inProduction))
    assert.deepEqual(await found({ group: 'Production' }), expected(inProduction))
    assert.deepEqual(
      await found({ group: 'none' }),
      expected((index) => index % 5 === 4)
    )
    const isWeb = (index: number) => index % 4 !== 0
    const isCentral = (index: number) => index % 2 === 0 && index % 3 !== 0
    const tags = [web.id, central.id]
    assert.deepEqual(
      await found({ tags }),
      expected((index) => isWeb(index) || isCentral(index))
    )
    assert.deepEqual(
      await found({ tags, match: 'all' }),
      expected((index) => isWeb(index) && isCentral(index))
    )
    assert.deepEqual(
      await found({ tags: ['web', 'eu-central'], match: 'all', group: 'none', search: '-00' }),
      expected((index) => isWeb(index) && isCentral(index) && index % 5 === 4 && index < 99)
    )
    assert.deepEqual(await found({ tags: ['no such tag'] }), [])
  })

  test('is sorted by what one looks for, and the same way every time', async ({ assert }) => {
    assert.deepEqual(names(await list({})), NUMBERS.slice(0, 50).map(nameOf))
    const { servers: byMemory } = await list({ sort: 'memory' })
    const memory = byMemory.map(({ memoryPermille }) => memoryPermille!)
    assert.deepEqual(
      memory,
      [...memory].sort((one, other) => other - one)
    )
    assert.equal(memory[0], 999)
    const { servers: byLoad } = await list({ sort: 'load' })
    assert.isAbove(byLoad[0].loadPermille!, byLoad[49].loadPermille!)
    const { servers: byStatus } = await list({ sort: 'status' })
    assert.equal(byStatus[0].status, 'host_key_changed')
    assert.equal(byStatus[49].status, 'reachable')
    const { servers: bySeen } = await list({ sort: 'seen' })
    assert.isBelow(bySeen[0].seenAt!, bySeen[49].seenAt!)
    assert.deepEqual(names(await list({ sort: 'disk' }, 3)), names(await list({ sort: 'disk' }, 3)))
  })

  test('shows of each server its own tags and its own group', async ({ assert }) => {
    const { servers } = await list({ search: 'server-0025' })
    assert.lengthOf(servers, 1)
    assert.deepEqual(
      servers[0].tags.map(({ name }) => name),
      ['database', 'us-east']
    )
    assert.isNull(servers[0].group)
    const [first] = (await list({ search: 'server-0001' })).servers
    assert.equal(first.group?.name, 'Production')
  })

  test('reads no facts and no keys, and asks the database a few times', async ({ assert }) => {
    const queries: string[] = []
    const watch = (query: { sql: string }) => queries.push(query.sql)
    const client = db.connection().getReadClient()
    client.on('query', watch)
    await list({ tags: ['web'], search: 'server' }, 2)
    client.off('query', watch)
    assert.isAbove(queries.length, 3)
    assert.isAtMost(queries.length, 8)
    for (const sql of queries) assert.notMatch(sql, /facts|private_key|select \*.*from .servers/)
  })

  test('asks as much of the database for the page of fifty as for the one of one', async ({
    assert,
    client,
  }) => {
    const small = await createTenant()
    await labelServers(small, await createManyServers(small, 1))
    const asked = (person: User) =>
      queriesOf(async () => (await client.get('/servers').loginAs(person)).assertStatus(200))
    const one = await asked(small.owner)
    assert.equal(await asked(tenant.owner), one)
    assert.isAtMost(one, 14)
  })

  test('has all of it in the address, and finds its way on from there', async ({
    assert,
    client,
  }) => {
    const [web] = labels.tags
    const address = `/servers?tags[]=${web.id}&status[]=reachable&sort=disk&search=server&page=2`
    const response = await client.get(address).loginAs(tenant.owner)
    response.assertStatus(200)
    const page = response.text()
    assert.include(page, 'value="server"')
    assert.include(page, '51&ndash;100 of')
    assert.match(page, /Take off web/)
    assert.match(page, new RegExp(`rel="next"[^>]*|href="[^"]*tags%5B%5D=${web.id}[^"]*page=3"`))
    const empty = await client.get('/servers?search=nothing-at-all').loginAs(tenant.owner)
    assert.include(empty.text(), 'No server matches')
    assert.include(empty.text(), 'Show all 1,000')
  })

  /** A viewer who sees these servers alone. */
  const restrictedTo = (serverIds: readonly string[]) =>
    new Scope({
      userId: tenant.owner.id,
      userName: 'A viewer',
      teamId: tenant.team.id,
      teamName: tenant.team.name,
      role: 'viewer',
      restriction: { serverIds, projectIds: [] },
    })

  test('of a restricted member is theirs, in counts and tags and saved filters', async ({
    assert,
  }) => {
    await SavedFilter.create({ teamId: tenant.team.id, name: 'Web', query: 'tags%5B%5D=web' })
    const scope = restrictedTo([ids[0], ids[4]])
    const page = await list({}, 1, scope)
    assert.deepEqual(names(page), [nameOf(0), nameOf(4)])
    assert.equal(page.everything, 2)
    assert.deepEqual(
      page.statuses.map(({ status, count }) => [status, count]),
      [['reachable', 2]]
    )
    assert.deepEqual(
      page.tags.map(({ name }) => name),
      ['database', 'eu-central', 'us-east']
    )
    assert.deepEqual(
      page.groups.map(({ name }) => name),
      ['Production']
    )
    assert.deepEqual(
      page.saved.map(({ name }) => name),
      ['Web']
    )
    assert.equal((await list({ tags: ['web'] }, 1, scope)).paginator.total, 0)
    assert.equal((await list({}, 1, restrictedTo([]))).everything, 0)
  })

  async function post(client: ApiClient, user: User, path: string, fields: object) {
    return client
      .post(path)
      .redirects(0)
      .accept('text/html')
      .loginAs(user)
      .withCsrfToken()
      .unsafeForm(fields as Record<string, string>)
  }

  test('gives many servers a tag at once, by check boxes', async ({ assert, client }) => {
    const [, , , east] = labels.tags
    const chosen = ids.slice(100, 150)
    const send = (mode: string) =>
      post(client, tenant.owner, `/server-selection/tags?tag=${east.id}&mode=${mode}`, {
        'servers[]': chosen,
      })
    const tagged = await send('add')
    tagged.assertStatus(302)
    assert.include(JSON.stringify(tagged.flashMessages()), '50 servers carry us-east')
    const carriers = await found({ tags: [east.id] })
    for (const index of NUMBERS.slice(100, 150)) assert.include(carriers, nameOf(index))
    await send('add')
    assert.deepEqual(await found({ tags: [east.id] }), carriers)
    await send('remove')
    const left = await found({ tags: [east.id] })
    for (const index of NUMBERS.slice(100, 150)) assert.notInclude(left, nameOf(index))
    const rows = await Activity.within(tenant.scope).where('subject_id', east.id)
    assert.deepEqual(
      rows.map(({ action, details }) => [action, details.count]),
      [
        ['server.tagged', 50],
        ['server.tagged', 50],
        ['server.untagged', 50],
      ]
    )
  })

  test('gives all that match a group, and no other', async ({ assert, client }) => {
    const [, staging] = labels.groups
    const query = { search: 'server-05', matching: '1' }
    const response = await post(client, tenant.owner, '/server-selection/group', {
      ...query,
      'into': staging.id,
      'servers[]': [ids[0]],
    })
    response.assertStatus(302)
    const members = await found({ group: staging.id })
    assert.includeMembers(
      members,
      NUMBERS.filter((index) => index >= 499 && index < 599).map(nameOf)
    )
    assert.notInclude(members, nameOf(0))
    await post(client, tenant.owner, '/server-selection/group', query)
    const none = await found({ group: 'none', search: 'server-05' })
    assert.lengthOf(none, 100)
  })

  test('lets nobody reach servers or tags of another team', async ({ assert, client }) => {
    const stranger = await createTenant()
    const { tags } = await labelServers(stranger, [])
    const before = await db.from('server_tags').orderBy('server_id').orderBy('tag_id')
    const mine = await post(
      client,
      stranger.owner,
      `/server-selection/tags?tag=${tags[0].id}&mode=add`,
      {
        'servers[]': ids.slice(0, 5),
      }
    )
    mine.assertStatus(302)
    const theirs = await post(
      client,
      stranger.owner,
      `/server-selection/tags?tag=${labels.tags[0].id}&mode=add`,
      { matching: '1' }
    )
    assert.property(theirs.flashMessages().inputErrorsBag, 'tags')
    assert.deepEqual(await db.from('server_tags').orderBy('server_id').orderBy('tag_id'), before)
  })

  test('has many servers looked at soon, but none that waits for a person', async ({
    assert,
    client,
  }) => {
    const changed = await createServer(tenant, { status: 'host_key_changed' })
    const response = await post(client, tenant.owner, '/server-selection/checks', {
      'servers[]': [...ids.slice(0, 3), changed.id],
    })
    assert.include(JSON.stringify(response.flashMessages()), '3 servers are being checked')
    const asked = await db.from('servers').where('check_asked', true).select('id')
    assert.sameMembers(
      asked.map(({ id }) => id),
      ids.slice(0, 3)
    )
    await changed.delete()
  })

  test('is the same for programs, by the same words', async ({ assert, client }) => {
    const { text } = await createToken(tenant.owner, tenant.team)
    const response = await client
      .get('/api/v1/servers?tags[]=database&group=Production&search=server-00&sort=memory')
      .bearerToken(text)
    response.assertStatus(200)
    const { servers } = response.body()
    assert.deepEqual(
      servers.map(({ name }: { name: string }) => name).sort(),
      expected((index) => index < 99 && index % 4 === 0 && index % 5 < 4)
    )
    for (const server of servers) {
      assert.equal(server.group, 'Production')
      assert.include(server.tags, 'database')
    }
  })

  test('keeps a filter under a name for the team, and forgets it', async ({ assert, client }) => {
    const save = (query: string, name = 'In trouble') =>
      post(client, tenant.owner, '/server-filters', { name, query })
    const saved = await save('status[]=unreachable&nonsense=1&page=7&search=%20web%20')
    saved.assertHeader('location', '/servers?search=web&status%5B%5D=unreachable')
    const viewer = await createMember(tenant.team, 'viewer')
    const page = await client.get('/servers').loginAs(viewer)
    assert.include(page.text(), 'In trouble')
    const again = await save('status[]=reachable')
    assert.property(again.flashMessages().inputErrorsBag, 'name')
    const empty = await save('', 'All of them')
    assert.property(empty.flashMessages().inputErrorsBag, 'name')
    const { id } = await SavedFilter.within(tenant.scope).where('name', 'In trouble').firstOrFail()
    await post(client, viewer, `/server-filters/${id}?_method=DELETE`, {})
    assert.isNotNull(await SavedFilter.within(tenant.scope).where('id', id).first())
    await post(client, tenant.owner, `/server-filters/${id}?_method=DELETE`, {})
    assert.isNull(await SavedFilter.within(tenant.scope).where('id', id).first())
  })
})
