import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import Activity from '#app/activity/models/activity'
import BulkRun from '#app/bulk_runs/models/bulk_run'
import { scriptRun } from '#app/bulk_runs/bulk_run_handlers'
import { openWork } from '#app/bulk_runs/work'
import { claim } from '#app/runs/claims'
import { compiledRun } from '#app/runs/compiled_run'
import { LeaseLostError } from '#app/runs/lease_lost_error'
import Run from '#app/runs/models/run'
import type Server from '#app/servers/models/server'
import Grant from '#app/teams/models/grant'
import Membership from '#app/teams/models/membership'
import type User from '#app/users/models/user'
import {
  bulkRunRow,
  claimed,
  countsOf,
  endWith,
  openRunsOf,
  startCommand,
  targetsOf,
  wholeDatabase,
} from '#tests/support/bulk_runs'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { flashed } from '#tests/support/flashed'
import {
  createMember,
  createScript,
  createServer,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'
import { formsOf } from '#tests/support/written_forms'

const ONCE = '01KAAAAAAAAAAAAAAAAAAAAAAA'

const going = (servers: readonly Server[], values: Record<string, unknown> = {}) => ({
  'servers[]': servers.map(({ id }) => id),
  ...{ concurrency: 10, canary: 0, waveSize: 0, stopAfter: 0, once: ONCE },
  ...values,
})

const command = (servers: readonly Server[], values: Record<string, unknown> = {}) =>
  going(servers, {
    ...{ body: 'uptime', interpreter: 'bash', runAs: 'root', timeoutSeconds: 60 },
    ...values,
  })

test.group('Running something on many servers', (group) => {
  let tenant: Tenant
  let servers: Server[]

  group.each.setup(async () => {
    await emptyDatabase()
    tenant = await createTenant()
    servers = [
      await createServer(tenant, { name: 'web-1' }),
      await createServer(tenant, { name: 'web-2', username: 'deploy' }),
      await createServer(tenant, { name: 'db-1' }),
    ]
  })

  const send = (client: ApiClient, path: string, fields: object, user = tenant.owner) =>
    client.post(path).redirects(0).loginAs(user).withCsrfToken().unsafeForm(fields)
  const page = async (client: ApiClient, path: string, user: User = tenant.owner) => {
    const response = await client.get(path).accept('html').loginAs(user)
    response.assertStatus(200)
    return response.text()
  }
  const only = () => BulkRun.acrossTeams().firstOrFail()

  async function restricted(role: 'deployer' | 'viewer', granted: readonly Server[]) {
    const user = await createMember(tenant.team, role, true)
    const place = await Membership.query().where('user_id', user.id).firstOrFail()
    for (const { id } of granted) {
      await Grant.create({ teamId: tenant.team.id, membershipId: place.id, serverId: id })
    }
    return user
  }

  test('a command runs as it was typed, as whom it was said', async ({ assert, client }) => {
    const fields = command(servers, { body: 'echo one\r\necho two\r\n', runAs: 'login' })
    const response = await send(client, '/bulk-runs/command', fields)
    const bulkRun = await only()
    response.assertStatus(302)
    assert.equal(response.header('location'), `/bulk-runs/${bulkRun.id}`)
    assert.containSubset(openWork(bulkRun.work), { text: 'echo one\necho two\n' })
    const bodies = await Promise.all(
      (await openRunsOf(bulkRun)).map(async (run) => {
        const { body } = (await compiledRun(await claimed(run))).compiled
        return typeof body === 'string' ? body : body.reveal()
      })
    )
    assert.deepEqual(
      bodies.map((body) => /^user='(\w+)'$/m.exec(body)?.[1]),
      ['root', 'root', 'deploy']
    )
  })

  test('the text that ran is nowhere to be read in the database', async ({ assert, client }) => {
    const canary = 'canary-pasted-9f21'
    await send(client, '/bulk-runs/command', command(servers, { body: `mysql -p${canary}` }))
    const [run] = await openRunsOf(await only())
    await compiledRun(await claimed(run))
    assert.notInclude(await wholeDatabase(), canary)
    assert.include(await page(client, `/bulk-runs/${(await only()).id}`), canary)
    const viewer = await createMember(tenant.team, 'viewer')
    assert.notInclude(await page(client, `/bulk-runs/${(await only()).id}`, viewer), canary)
    assert.notInclude(await page(client, '/bulk-runs', viewer), canary)
  })

  test('J2: runs that begin together keep their script unless another worker took them', async ({
    assert,
    client,
  }) => {
    await send(client, '/bulk-runs/command', command(servers))
    const ids = (await openRunsOf(await only())).map(({ id }) => id)
    const runs = await claim(ids)
    const [taken] = runs
    await db.from('runs').where('id', taken.id).update({ lease_owner: 'another', fence: 2 })
    const [first, ...others] = await Promise.allSettled(runs.map((run) => compiledRun(run)))
    assert.instanceOf((first as PromiseRejectedResult).reason, LeaseLostError)
    assert.deepEqual(
      others.map(({ status }) => status),
      ['fulfilled', 'fulfilled']
    )
    const stored = await Run.acrossTeams().whereIn('id', ids)
    const without = stored.filter(({ compiled }) => compiled === null)
    assert.deepEqual(
      without.map(({ id }) => id),
      [taken.id]
    )
  })

  test('J9: a secret parameter is in no log, page or row, and forgotten at the end', async ({
    assert,
    client,
  }) => {
    const canary = 'canary-secret-77ab'
    const script = await createScript(tenant, { name: 'Rotate' })
    const fields = going(servers, { 'parameters[GREETING]': 'hi', 'secrets[PASSWORD]': canary })
    await send(client, `/scripts/${script.id}/run`, fields)
    const bulkRun = await only()
    assert.isNotNull(bulkRun.secretValues)
    const runs = await openRunsOf(bulkRun)
    const { compiled } = await compiledRun(await claimed(runs[0]))
    assert.include(String((compiled.body as { reveal(): string }).reveal()), `PASSWORD=${canary}`)
    assert.deepEqual(
      compiled.secrets.map((secret) => secret.reveal()),
      [canary]
    )
    const database = await wholeDatabase()
    for (const form of formsOf(canary)) assert.notInclude(database, form)
    const text = await page(client, `/bulk-runs/${bulkRun.id}`)
    assert.notInclude(text, canary)
    assert.include(text, 'PASSWORD')
    for (const { id } of runs) {
      const run = await Run.acrossTeams().where('id', id).firstOrFail()
      await endWith(run, 'done\n')
    }
    assert.isNull((await bulkRunRow(bulkRun)).secretValues)
    const again = await page(client, `/scripts/${script.id}/run?from=${bulkRun.id}`)
    assert.include(again, 'value="hi"')
    assert.notInclude(again, canary)
  })

  test('a secret parameter that is refused with the form is not kept for the next', async ({
    assert,
    client,
  }) => {
    const script = await createScript(tenant)
    const canary = 'canary-refused-3c1'
    const fields = going([], { 'secrets[PASSWORD]': canary })
    const response = await send(client, `/scripts/${script.id}/run`, fields)
    assert.property(response.flashMessage('inputErrorsBag'), 'servers')
    assert.notInclude(JSON.stringify(flashed(response)), canary)
  })

  test('parameters are held to their types', async ({ assert, client }) => {
    const of = (name: string, type: string, values: object = {}) => ({
      ...{ name, type, label: null, defaultValue: null, required: true, choices: [] },
      ...values,
    })
    const script = await createScript(tenant, {
      parameters: [
        of('COUNT', 'number'),
        of('COLOUR', 'choice', { choices: ['red', 'blue'] }),
        of('FORCE', 'switch', { required: false }),
      ] as never,
    })
    const values = (COUNT: string, COLOUR: string) => ({
      ...going(servers),
      ...{ 'parameters[COUNT]': COUNT, 'parameters[COLOUR]': COLOUR },
    })
    const refusals = [
      [values('twelve', 'red'), 'parameters.COUNT'],
      [values('', 'red'), 'parameters.COUNT'],
      [values('12', 'green'), 'parameters.COLOUR'],
    ] as const
    for (const [fields, field] of refusals) {
      const response = await send(client, `/scripts/${script.id}/run`, fields)
      assert.include(Object.keys(response.flashMessage('inputErrorsBag')), field)
    }
    assert.isNull(await BulkRun.acrossTeams().first())
    await send(client, `/scripts/${script.id}/run`, values('12', 'blue'))
    assert.deepEqual(openWork((await only()).work).values, {
      ...{ COUNT: '12', COLOUR: 'blue', FORCE: 'no' },
    })
  })

  test('a form that is sent twice runs once, and another one runs too', async ({
    assert,
    client,
  }) => {
    const first = await send(client, '/bulk-runs/command', command(servers))
    const second = await send(client, '/bulk-runs/command', command(servers))
    assert.equal(second.header('location'), first.header('location'))
    assert.lengthOf(await Run.acrossTeams(), 3)
    await send(client, '/bulk-runs/command', command(servers, { body: 'hostname' }))
    assert.lengthOf(await BulkRun.acrossTeams(), 2)
  })

  test('destructive actions list their servers first, and only who asked can confirm', async ({
    assert,
    client,
  }) => {
    const response = await send(
      client,
      '/bulk-runs/action',
      going(servers, { action: 'reboot', canary: 1 })
    )
    const draft = await only()
    assert.equal(draft.state, 'draft')
    assert.lengthOf(await Run.acrossTeams(), 0)
    const text = await page(client, response.header('location')!)
    for (const { name } of servers) assert.include(text, name)
    assert.include(text, 'Reboot 3 servers')
    const admin = await createMember(tenant.team, 'admin')
    const others = await send(client, `/bulk-runs/${draft.id}/confirm`, {}, admin)
    others.assertStatus(404)
    assert.notInclude(await page(client, '/bulk-runs', admin), draft.id)
    await send(client, `/bulk-runs/${draft.id}/confirm`, {})
    assert.deepEqual(await countsOf(draft), { running: 1, waiting: 2 })
    const [run] = await openRunsOf(draft)
    assert.equal(run.kind, 'server.reboot')
  })

  test('servers that went away before the confirmation leave a canary, or nothing to begin', async ({
    assert,
    client,
  }) => {
    await send(client, '/bulk-runs/action', going(servers, { action: 'reboot', canary: 1 }))
    const draft = await only()
    await servers[0].delete()
    await send(client, `/bulk-runs/${draft.id}/confirm`, {})
    assert.deepEqual(await countsOf(draft), { running: 1, waiting: 1 })

    await BulkRun.acrossTeams().delete()
    const rest = servers.slice(1)
    await send(client, '/bulk-runs/action', going(rest, { action: 'reboot' }))
    const { id } = await only()
    for (const server of rest) await server.delete()
    const response = await send(client, `/bulk-runs/${id}/confirm`, {})
    assert.property(response.flashMessages(), 'inputErrorsBag')
    assert.equal((await only()).state, 'draft')
  })

  test('what was not confirmed in time, or was put aside, cannot be confirmed', async ({
    assert,
    client,
  }) => {
    await send(client, '/bulk-runs/action', going(servers, { action: 'update' }))
    const { id } = await only()
    await db
      .from('bulk_runs')
      .where('id', id)
      .update({ created_at: Date.now() - 16 * 60_000 })
    const late = await send(client, `/bulk-runs/${id}/confirm`, {})
    late.assertStatus(404)
    await send(client, `/bulk-runs/${id}/cancel`, {})
    assert.isNull(await BulkRun.acrossTeams().first())
  })

  test('a deployer runs saved scripts, and no commands', async ({ assert, client }) => {
    const deployer = await createMember(tenant.team, 'deployer')
    const script = await createScript(tenant)
    const refused = await send(client, '/bulk-runs/command', command(servers), deployer)
    refused.assertStatus(403)
    const response = await send(client, `/scripts/${script.id}/run`, going(servers), deployer)
    response.assertStatus(302)
    assert.deepEqual(await countsOf(await only()), { running: 3 })
  })

  test('restricted members run on what they see, and see no more of what others ran', async ({
    assert,
    client,
  }) => {
    const script = await createScript(tenant)
    const deployer = await restricted('deployer', [servers[0]])
    await send(client, `/scripts/${script.id}/run`, going(servers), deployer)
    const own = await only()
    assert.deepEqual(
      (await targetsOf(own)).map(({ serverId }) => serverId),
      [servers[0].id]
    )
    const hidden = await startCommand(tenant.scope, [servers[1]], 'uptime')
    const both = await startCommand(tenant.scope, servers, 'uptime')
    const list = await page(client, '/bulk-runs', deployer)
    assert.notInclude(list, hidden.id)
    const text = await page(client, `/bulk-runs/${both.id}`, deployer)
    assert.include(text, 'web-1')
    assert.notInclude(text, 'web-2')
    assert.notInclude(text, 'db-1')
    const form = await page(client, `/scripts/${script.id}/run?matching=1`, deployer)
    assert.include(form, 'web-1')
    assert.notInclude(form, 'web-2')
    await send(client, `/bulk-runs/${both.id}/cancel`, {}, deployer)
    const cancelled = (await openRunsOf(both)).filter((run) => run.cancelRequestedAt)
    assert.deepEqual(
      cancelled.map(({ serverId }) => serverId),
      [servers[0].id]
    )
    assert.isNull((await bulkRunRow(both)).cancelRequestedAt)
  })

  test('the form has the servers that were chosen, one by one or by a filter', async ({
    assert,
    client,
  }) => {
    const checked = async (query: string) => {
      const text = await page(client, `/bulk-runs/command?${query}`)
      const rows = text.matchAll(/value="(\w{26})" checked[^]*?targets__name[^>]*>([^<]+)</g)
      return [...rows].map(([, , name]) => name).sort()
    }
    assert.deepEqual(await checked(''), [])
    assert.deepEqual(await checked(`servers[]=${servers[0].id}&servers[]=${servers[2].id}`), [
      ...['db-1', 'web-1'],
    ])
    assert.deepEqual(await checked('matching=1&search=web'), ['web-1', 'web-2'])
    assert.deepEqual(await checked('tag=01KAAAAAAAAAAAAAAAAAAAAAAA'), [])
    const stranger = await createServer(await createTenant())
    assert.deepEqual(await checked(`servers[]=${stranger.id}`), [])
  })

  test('the failed ones are what is run again', async ({ assert, client }) => {
    const bulkRun = await startCommand(tenant.scope, servers, 'check the disk')
    const runs = await openRunsOf(bulkRun)
    await endWith(runs[0], 'fine')
    await endWith(runs[1], 'broken', 2)
    await endWith(runs[2], 'fine')
    const ended = await page(client, `/bulk-runs/${bulkRun.id}`)
    const [, path] = /href="([^"]*only=failed)"/.exec(ended)!
    const form = await page(client, path.replaceAll('&amp;', '&'))
    assert.include(form, 'check the disk')
    assert.lengthOf([...form.matchAll(/name="servers\[\]" value="\w+" checked/g)], 1)
    assert.include(form, `value="${runs[1].serverId}" checked`)
  })

  test('results that are the same are one, and the others say how they differ', async ({
    assert,
    client,
  }) => {
    const bulkRun = await startCommand(tenant.scope, servers, 'cat /etc/issue')
    const [first, second, third] = await openRunsOf(bulkRun)
    await endWith(first, 'Debian 13\nup\n<b>same</b>\n')
    await endWith(second, 'Debian 13\nup\n<b>same</b>\n')
    await endWith(third, 'Debian 12\nup\n<b>same</b>\n')
    const text = await page(client, `/bulk-runs/${bulkRun.id}`)
    assert.include(text, '2 the same, 1 differ')
    assert.match(text, /difference__line--missing"[^]*?Debian 13/)
    assert.match(text, /difference__line--here"[^]*?Debian 12/)
    assert.include(text, '&lt;b&gt;same')
    assert.notInclude(text, '<b>same')
  })

  test('who ran what, where and with what is on record', async ({ assert, client }) => {
    const script = await createScript(tenant, { name: 'Rotate' })
    const fields = going(servers, { 'parameters[GREETING]': 'hi', 'secrets[PASSWORD]': 'hush-1' })
    await send(client, `/scripts/${script.id}/run`, fields)
    const row = await Activity.acrossTeams().where('action', 'bulk_run.started').firstOrFail()
    assert.equal(row.actorId, tenant.owner.id)
    assert.equal(row.subjectName, 'Rotate')
    assert.containSubset(row.details, {
      on: '3 servers',
      servers: ['db-1', 'web-1', 'web-2'],
      revision: 1,
      parameters: ['GREETING=hi', 'PASSWORD=[secret]'],
    })
    const list = await page(client, '/activity')
    assert.include(list, 'Rotate')
  })

  test('a thousand servers fit into the form', async ({ assert, client }) => {
    const many = { 'servers[]': [...servers.map(({ id }) => id), ...Array(950).fill('x')] }
    const response = await send(client, '/bulk-runs/command', { ...command([]), ...many })
    response.assertStatus(302)
    assert.deepEqual(await countsOf(await only()), { running: 3 })
  })

  test('a kind of run that lost its bulk run says so instead of running anything', async ({
    assert,
  }) => {
    const bulkRun = await startCommand(tenant.scope, servers, 'uptime')
    const [run] = await openRunsOf(bulkRun)
    await run.load('server')
    await db.from('bulk_runs').where('id', bulkRun.id).delete()
    await assert.rejects(() => scriptRun.compile(run))
  })
})
