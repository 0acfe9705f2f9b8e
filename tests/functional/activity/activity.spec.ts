import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import Activity from '#app/activity/models/activity'
import { systemOrigin, type Origin } from '#app/activity/origin'
import { recordActivity, type Act } from '#app/activity/record_activity'
import Team from '#app/teams/models/team'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { NUL_PAYLOADS, PAYLOADS } from '#tests/support/payload_corpus'
import {
  createMember,
  createProject,
  createRun,
  createServer,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'

const FILTERS = ['actor', 'group', 'type', 'subject', 'from', 'to', 'text', 'before', 'after']

test.group('The page of activity', (group) => {
  let tenant: Tenant

  group.each.setup(async () => {
    await emptyDatabase()
    tenant = await createTenant()
  })

  const originOf = (values: Partial<Origin> = {}): Origin => ({
    ...tenant.scope.origin,
    address: '203.0.113.9',
    requestId: 'request-1',
    ...values,
  })
  const record = (act: Act, origin = originOf()) => recordActivity(origin, act)
  const named = (name: string, type = 'server') => ({ type, id: `id-${name}`, name })

  /** Records an act as if it were that time, in ISO 8601. */
  async function recordAt(time: string, act: Act) {
    const now = Date.now
    const then = DateTime.fromISO(time, { zone: 'utc' }).toMillis()
    Date.now = () => then
    try {
      await record(act)
    } finally {
      Date.now = now
    }
  }

  /** The names of the things on a page, in order, as far as they are called `thing-…`. */
  const thingsOn = (page: string) => {
    const rows = page.slice(Math.max(0, page.indexOf('class="activity"')))
    return [...rows.matchAll(/class="activity__name">\s*(thing-[\w-]+)/g)].map(([, name]) => name)
  }

  test('says who did what, from where, by which request and with which run', async ({
    assert,
    client,
  }) => {
    const server = await createServer(tenant, { name: 'web-1' })
    const run = await createRun(tenant, server, { title: 'Prepare web-1', state: 'failed' })
    await record({
      action: 'server.preparation_started',
      subject: server.asSubject,
      runs: [run.id],
    })
    const response = await client.get('/activity').loginAs(tenant.owner)
    response.assertStatus(200)
    const words = response
      .text()
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
    assert.include(words, `${tenant.owner.fullName} began to prepare web-1 Failed`)
    for (const part of ['203.0.113.9', 'request-1', 'server.preparation_started']) {
      assert.include(words, part)
    }
    assert.include(response.text(), `href="/servers/${server.id}"`)
    assert.include(response.text(), `href="/runs/${run.id}"`)
    assert.match(response.text(), /<h2 class="activity__day">Today<\/h2>/)
    assert.match(response.text(), /<time datetime="[^"]+" title="[^"]+"[^>]*>just now<\/time>/)
  })

  test('shows what changed, before and after', async ({ assert, client }) => {
    await record({
      action: 'project.updated',
      subject: named('thing-1', 'project'),
      details: { changes: { buildCommands: { from: 'npm ci', to: 'npm ci\nnpm test' } } },
    })
    const response = await client.get('/activity').loginAs(tenant.owner)
    const table = /<table class="activity__changes">[^]*?<\/table>/.exec(response.text())![0]
    const words = table.replace(/<[^>]+>/g, '|').replace(/\s*\|[\s|]*/g, '|')
    assert.include(words, '|Build commands|npm ci|npm ci\nnpm test|')
  })

  test('names what is gone, without a link', async ({ assert, client }) => {
    await record({ action: 'server.removed', subject: named('thing-gone'), runs: ['gone'] })
    const response = await client.get('/activity').loginAs(tenant.owner)
    assert.deepEqual(thingsOn(response.text()), ['thing-gone'])
    assert.notInclude(response.text(), 'id-thing-gone')
    assert.notInclude(response.text(), '/runs/gone')
  })

  test('leads to nothing of another team, whatever the row says', async ({ assert, client }) => {
    const stranger = await createTenant()
    const server = await createServer(stranger)
    const run = await createRun(stranger, server, { title: 'their run' })
    await record({ action: 'server.added', subject: server.asSubject, runs: [run.id] })
    const response = await client.get('/activity').loginAs(tenant.owner)
    assert.notInclude(response.text(), `/servers/${server.id}`)
    assert.notInclude(response.text(), 'their run')
  })

  test('calls a token by its name and its person’s', async ({ assert, client }) => {
    const actor = { kind: 'token' as const, id: 'x', name: 'CI of Ada' }
    await record({ action: 'server.added', subject: named('thing-1') }, originOf({ actor }))
    const response = await client.get('/activity').loginAs(tenant.owner)
    assert.match(response.text(), /activity__name">token CI of Ada</)
  })

  test('shows a team its own acts alone', async ({ assert, client }) => {
    const stranger = await createTenant()
    await record({ action: 'server.added', subject: named('thing-ours') })
    await record({ action: 'server.added', subject: named('thing-theirs') }, stranger.scope.origin)
    await record({ action: 'server.added', subject: named('thing-of-the-panel') }, systemOrigin())
    const response = await client.get('/activity').loginAs(tenant.owner)
    assert.deepEqual(thingsOn(response.text()), ['thing-ours'])
  })

  test('is for owners and admins, and so is the way to it', async ({ assert, client }) => {
    await record({ action: 'server.added', subject: named('thing-1') })
    const server = await createServer(tenant)
    await record({ action: 'server.added', subject: server.asSubject })
    const seesIt = { owner: true, admin: true, deployer: false, viewer: false }
    for (const [role, sees] of Object.entries(seesIt)) {
      const member = await createMember(tenant.team, role as keyof typeof seesIt)
      for (const path of ['/activity', '/activity/export']) {
        const response = await client.get(path).accept('text/html').loginAs(member)
        assert.equal(response.status(), sees ? 200 : 403, `${role} ${path}`)
      }
      const page = await client.get(`/servers/${server.id}`).loginAs(member)
      page.assertStatus(200)
      assert.equal(page.text().includes('href="/activity"'), sees, role)
      assert.equal(page.text().includes('activity__row'), sees, role)
    }
  })

  test('says when nothing was done, and when nothing fits', async ({ assert, client }) => {
    const empty = await client.get('/activity').loginAs(tenant.owner)
    assert.include(empty.text(), 'Nothing was done yet')
    const none = await client.get('/activity?text=nothing').loginAs(tenant.owner)
    assert.include(none.text(), 'Nothing matches')
    assert.include(none.text(), 'Show everything')
  })

  test('puts acts under the days of the person’s zone', async ({ assert, client }) => {
    await recordAt('2025-03-10T23:30:00Z', { action: 'server.added', subject: named('thing-1') })
    const utc = await client.get('/activity').loginAs(tenant.owner)
    assert.include(utc.text(), 'Monday, 10 March 2025')
    await tenant.owner.merge({ timeZone: 'Europe/Zurich' }).save()
    const zurich = await client.get('/activity').loginAs(tenant.owner)
    assert.include(zurich.text(), 'Tuesday, 11 March 2025')
  })

  test('is filtered by day, from the first minute to the last of the person’s zone', async ({
    assert,
    client,
  }) => {
    await tenant.owner.merge({ timeZone: 'Europe/Zurich' }).save()
    const times = ['2025-03-09T22:59:59', '2025-03-09T23:00:00', '2025-03-10T22:59:59']
    for (const [index, time] of [...times, '2025-03-10T23:00:00'].entries()) {
      await recordAt(`${time}Z`, { action: 'server.added', subject: named(`thing-${index}`) })
    }
    const shown = async (query: string) =>
      thingsOn((await client.get(`/activity?${query}`).loginAs(tenant.owner)).text())
    assert.deepEqual(await shown('from=2025-03-10&to=2025-03-10'), ['thing-2', 'thing-1'])
    assert.deepEqual(await shown('from=2025-03-11'), ['thing-3'])
    assert.deepEqual(await shown('to=2025-03-09'), ['thing-0'])
    assert.lengthOf(await shown('from=nonsense&to=2025-13-40'), 4)
  })

  test('is filtered by who, what, on what and by words', async ({ assert, client }) => {
    const other = await createMember(tenant.team, 'admin')
    const grace = { actor: { kind: 'user' as const, id: other.id, name: 'Grace' } }
    await record({ action: 'server.added', subject: named('thing-server') })
    await record({ action: 'variable.set', subject: named('thing-app', 'project') })
    await record(
      { action: 'server.removed', subject: named('thing-old'), details: { why: '100% broken_' } },
      originOf({ ...grace, requestId: 'other' })
    )
    await record(
      { action: 'server.back', subject: named('thing-up') },
      systemOrigin(tenant.team.id)
    )
    const shown = async (query: Record<string, string>) =>
      thingsOn((await client.get('/activity').qs(query).loginAs(tenant.owner)).text()).sort()
    assert.deepEqual(await shown({ actor: `user:${other.id}` }), ['thing-old'])
    assert.deepEqual(await shown({ actor: 'system' }), ['thing-up'])
    assert.deepEqual(await shown({ group: 'projects' }), ['thing-app'])
    assert.deepEqual(await shown({ type: 'project' }), ['thing-app'])
    assert.deepEqual(await shown({ subject: 'server:id-thing-old' }), ['thing-old'])
    assert.deepEqual(await shown({ subject: 'server:id-thing-old,project:id-thing-app' }), [
      'thing-app',
      'thing-old',
    ])
    assert.deepEqual(await shown({ text: 'broken_' }), ['thing-old'])
    assert.deepEqual(await shown({ text: 'THING removed' }), ['thing-old'])
    assert.deepEqual(await shown({ text: '%' }), ['thing-old'])
    assert.deepEqual(await shown({ text: '_' }), ['thing-old'])
    assert.deepEqual(await shown({ group: 'servers', actor: `user:${other.id}`, text: 'other' }), [
      'thing-old',
    ])
    assert.deepEqual(await shown({ group: 'projects', type: 'server' }), [])
    const page = await client.get('/activity').loginAs(tenant.owner)
    assert.include(page.text(), `<option value="user:${other.id}">Grace</option>`)
  })

  test('keeps its pages as they are while acts are added', async ({ assert, client }) => {
    for (let number = 1; number <= 120; number++) {
      await record({ action: 'server.added', subject: named(`thing-${number}`) })
    }
    const open = (path: string) => client.get(path).loginAs(tenant.owner)
    const link = (page: string, rel: string) =>
      new RegExp(`<a [^>]*href="([^"]+)"[^>]*rel="${rel}"|<a [^>]*rel="${rel}"[^>]*href="([^"]+)"`)
        .exec(page)
        ?.slice(1)
        .find(Boolean)
        ?.replaceAll('&amp;', '&')
    const numbers = (from: number, to: number) =>
      Array.from({ length: from - to + 1 }, (_, index) => `thing-${from - index}`)

    const first = (await open('/activity?text=thing')).text()
    assert.deepEqual(thingsOn(first), numbers(120, 71))
    assert.isUndefined(link(first, 'prev'))
    const older = link(first, 'next')!
    assert.include(older, 'text=thing')
    await record({ action: 'server.added', subject: named('thing-new') })

    const second = (await open(older)).text()
    assert.deepEqual(thingsOn(second), numbers(70, 21))
    const third = (await open(link(second, 'next')!)).text()
    assert.deepEqual(thingsOn(third), numbers(20, 1))
    assert.isUndefined(link(third, 'next'))

    const back = (await open(link(third, 'prev')!)).text()
    assert.deepEqual(thingsOn(back), numbers(70, 21))
    const newest = (await open(link(back, 'prev')!)).text()
    assert.deepEqual(thingsOn(newest), numbers(120, 71))
    const all = (await open(link(newest, 'prev')!)).text()
    assert.deepEqual(thingsOn(all), ['thing-new', ...numbers(120, 72)])
  }).timeout(60_000)

  test('shows any text as text', async ({ assert, client }) => {
    for (const text of PAYLOADS.filter((each) => each.length < 1024)) {
      await record(
        {
          action: 'project.updated',
          subject: { type: 'project', id: 'x', name: text },
          details: { [text || 'x']: text, changes: { branch: { from: text, to: text } } },
        },
        originOf({ actor: { kind: 'user', id: 'x', name: text }, requestId: text, address: text })
      )
    }
    for (const path of ['/activity', '/activity?before=40']) {
      const page = (await client.get(path).loginAs(tenant.owner)).text()
      assert.match(page, /<\/html>\s*$/)
      assert.notMatch(page, /<img src=x|<script>alert|href="javascript/)
    }
  })

  test('takes any text in its address', async ({ assert, client }) => {
    await record({ action: 'server.added', subject: named('thing-1') })
    for (const text of [...PAYLOADS, ...NUL_PAYLOADS].filter((each) => each.length < 1024)) {
      const value = encodeURIComponent(text.toWellFormed())
      for (const names of [FILTERS, ['text']]) {
        const query = names.map((name) => `${name}=${value}`).join('&')
        const response = await client.get(`/activity?${query}`).loginAs(tenant.owner)
        assert.equal(response.status(), 200, query)
        assert.match(response.text(), /<\/html>\s*$/)
      }
    }
    const twice = await client.get('/activity?actor=a&actor=b&text[x]=1').loginAs(tenant.owner)
    twice.assertStatus(200)
  }).timeout(120_000)
})

test.group('The activity of the panel', (group) => {
  let tenant: Tenant

  group.each.setup(async () => {
    await emptyDatabase()
    tenant = await createTenant()
  })

  const record = (name: string, teamId: string | null) =>
    recordActivity(systemOrigin(teamId), {
      action: 'server.added',
      subject: { type: 'server', id: 'x', name },
    })

  test('is what happened in no team, and in teams that are gone', async ({ assert, client }) => {
    const gone = await Team.create({ name: 'Gone' })
    await record('of-the-panel', null)
    await record('of-a-team', tenant.team.id)
    await record('of-a-team-that-is-gone', gone.id)
    await gone.delete()
    await tenant.owner.merge({ administrator: true }).save()
    const page = await client.get('/administration/activity').loginAs(tenant.owner)
    assert.include(page.text(), '<option value="system">Muster itself</option>')
    for (const path of ['/administration/activity', '/administration/activity/export']) {
      const response = await client.get(path).loginAs(tenant.owner)
      response.assertStatus(200)
      assert.include(response.text(), 'of-the-panel')
      assert.include(response.text(), 'of-a-team-that-is-gone')
      assert.notMatch(response.text(), /of-a-team\b(?!-)/)
    }
  })

  test('is for administrators, with or without a team', async ({ client }) => {
    const paths = ['/administration/activity', '/administration/activity/export']
    for (const path of paths) {
      const refused = await client.get(path).accept('text/html').loginAs(tenant.owner)
      refused.assertStatus(403)
    }
    await tenant.owner.merge({ administrator: true }).save()
    await tenant.team.delete()
    for (const path of paths) {
      const response = await client.get(path).accept('text/html').loginAs(tenant.owner)
      response.assertStatus(200)
    }
  })
})

test.group('The history of a thing', (group) => {
  let tenant: Tenant

  group.each.setup(async () => {
    tenant = await createTenant()
  })

  test('is its latest ten acts, with a way to all', async ({ assert, client }) => {
    const server = await createServer(tenant)
    const other = await createServer(tenant)
    for (let number = 0; number < 12; number++) {
      await recordActivity(tenant.scope.origin, {
        action: 'server.connected',
        subject: server.asSubject,
        details: { number },
      })
    }
    const page = (await client.get(`/servers/${server.id}`).loginAs(tenant.owner)).text()
    assert.lengthOf([...page.matchAll(/<li class="activity__row/g)], 10)
    assert.include(page, `/activity?subject=${encodeURIComponent(`server:${server.id}`)}`)
    const none = (await client.get(`/servers/${other.id}`).loginAs(tenant.owner)).text()
    assert.notInclude(none, 'activity__row')
  })

  test('is on the page of a project', async ({ assert, client }) => {
    const project = await createProject(tenant, await createServer(tenant))
    const act = { action: 'variable.set', subject: project.asSubject, details: { key: 'API_KEY' } }
    await recordActivity(tenant.scope.origin, act)
    const page = (await client.get(`/projects/${project.id}`).loginAs(tenant.owner)).text()
    assert.include(page, '<code>API_KEY</code>')
    assert.lengthOf(await Activity.within(tenant.scope), 1)
  })
})
