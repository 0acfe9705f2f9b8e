import { test } from '@japa/runner'
import type { ApiClient } from '@japa/api-client'
import db from '@adonisjs/lucid/services/db'
import { queryOf, readFilter } from '#app/runs/filter'
import type Run from '#app/runs/models/run'
import type Server from '#app/servers/models/server'
import type User from '#app/users/models/user'
import { createMember, createRun, createServer, createTenant } from '#tests/support/tenants'
import type { Tenant } from '#tests/support/tenants'
import { assertWhole } from '#tests/support/whole_page'

test.group('List of runs', (group) => {
  let tenant: Tenant
  let web: Server
  let data: Server
  let grace: User

  group.setup(async () => {
    tenant = await createTenant()
    web = await createServer(tenant, { name: 'web-1' })
    data = await createServer(tenant, { name: 'data-1' })
    grace = await createMember(tenant.team, 'admin')
    await make('Prepare web-1', web, { state: 'succeeded' })
    await make('Restart nginx', web, { state: 'failed', createdBy: grace.id })
    await make('Deploy 100% of_shop', data, { state: 'running', kind: 'deployment' })
    await make('Check disks', data, { state: 'queued', createdBy: null })
    await make('Deploy shop', web, { state: 'lost', kind: 'deployment' }, 12 * 24 * 3600)
  })

  /** The later it is made here, the less long ago it was made. */
  let age = 100
  async function make(title: string, server: Server, values: Partial<Run>, secondsAgo = age--) {
    const run = await createRun(tenant, server, { title, ...values })
    const created = Date.now() - secondsAgo * 1000
    await db.from('runs').where('id', run.id).update({ created_at: created })
  }

  async function page(client: ApiClient, query: string, user = tenant.owner) {
    const response = await client.get(`/runs${query}`).loginAs(user)
    response.assertStatus(200)
    return response.text()
  }

  const titlesOn = (html: string) =>
    [...html.matchAll(/class="table__link"[^>]*>([^<]*)</g)].map(([, title]) => title)

  test('shows all runs, newest first', async ({ assert, client }) => {
    const html = await page(client, '')
    assertWhole(assert, html)
    assert.deepEqual(titlesOn(html), [
      ...['Check disks', 'Deploy 100% of_shop', 'Restart nginx', 'Prepare web-1', 'Deploy shop'],
    ])
  })

  test('keeps what {0} asks for')
    .with([
      ['?state=failed', ['Restart nginx']],
      ['?state=open', ['Check disks', 'Deploy 100% of_shop']],
      ['?kind=deployment', ['Deploy 100% of_shop', 'Deploy shop']],
      ['?kind=deployment&period=week', ['Deploy 100% of_shop']],
      ['?period=month&kind=deployment', ['Deploy 100% of_shop', 'Deploy shop']],
      ['?by=muster', ['Check disks']],
      ['?text=deploy+shop', ['Deploy 100% of_shop', 'Deploy shop']],
      ['?text=100%25', ['Deploy 100% of_shop']],
      ['?text=f_s', ['Deploy 100% of_shop']],
      ['?text=NGINX', ['Restart nginx']],
    ] as [string, string[]][])
    .run(async ({ assert, client }, [query, titles]) => {
      const html = await page(client, query)
      assertWhole(assert, html)
      assert.deepEqual(titlesOn(html), titles)
    })

  test('keeps the runs of a server and of a person', async ({ assert, client }) => {
    const ofServer = await page(client, `?server=${data.id}`)
    assert.deepEqual(titlesOn(ofServer), ['Check disks', 'Deploy 100% of_shop'])
    const ofPerson = await page(client, `?by=${grace.id}`)
    assert.deepEqual(titlesOn(ofPerson), ['Restart nginx'])
    assert.include(ofPerson, grace.fullName)
  })

  test('says so when nothing matches, and leads back to all', async ({ assert, client }) => {
    const html = await page(client, '?state=cancelled')
    assert.include(html, 'No run fits these filters.')
    assert.include(html, 'Show all runs')
  })

  test('says what a run is where there is none yet', async ({ assert, client }) => {
    const empty = await createTenant()
    const html = await page(client, '', empty.owner)
    assert.include(html, 'No runs yet')
    assert.notInclude(html, 'role="search"')
  })

  test('ignores what it does not understand', async ({ assert, client }) => {
    const odd = '?state=x&kind[]=a&server=../etc&by=%00&period=century&text[a]=b&page=-3'
    assert.lengthOf(titlesOn(await page(client, odd)), 5)
    assert.deepEqual(queryOf(readFilter({ state: 'x', kind: ['a'], text: ' ', by: 'nobody' })), {})
  })

  test('goes in pages that keep the filters, and beyond the last is the last', async ({
    assert,
    client,
  }) => {
    const large = await createTenant()
    const server = await createServer(large)
    for (let count = 0; count < 53; count++) {
      await createRun(large, server, { title: `Run ${count}`, state: 'failed' })
    }
    await createRun(large, server, { title: 'Another', state: 'lost' })
    const first = await page(client, '?state=failed', large.owner)
    assert.lengthOf(titlesOn(first), 50)
    assert.include(first, '1&ndash;50 of 53')
    assert.match(first, /href="\/runs\?state=failed&(amp;)?page=2"/)
    const last = await page(client, '?state=failed&page=99', large.owner)
    assert.lengthOf(titlesOn(last), 3)
    assert.include(last, '51&ndash;53 of 53')
  })

  test('shows and offers nothing of another team', async ({ assert, client }) => {
    const other = await createTenant()
    const html = await page(client, `?server=${web.id}`, other.owner)
    assert.deepEqual(titlesOn(html), [])
    assert.notInclude(html, 'web-1')
    assert.notInclude(html, grace.fullName)
  })
})
