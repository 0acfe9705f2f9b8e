import { test } from '@japa/runner'
import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
import { ProcessGaugesReader } from '#app/diagnosis/process_gauges'
import { ProcessHeartbeat } from '#app/diagnosis/process_heartbeat'
import { ServerRemotes } from '#app/servers/server_remotes'
import { createMember, createTenant, createUser, type Tenant } from '#tests/support/tenants'

test.group('Diagnosis', (group) => {
  let tenant: Tenant

  group.setup(async () => {
    tenant = await createTenant()
  })
  group.each.teardown(async () => {
    await db.from('heartbeats').delete()
  })

  async function heartbeat(roles: string[]) {
    const remotes = await app.container.make(ServerRemotes)
    return new ProcessHeartbeat(roles, new ProcessGaugesReader(remotes, '1.2.3'))
  }

  test('says that nothing works for runs while no worker lives', async ({ assert, client }) => {
    const administrator = await createUser({ administrator: true })
    const page = await client.get('/administration/diagnosis').loginAs(administrator)
    page.assertStatus(200)
    page.assertTextIncludes('no process is alive')
    page.assertTextIncludes('MUSTER_ROLES')
    assert.notInclude(page.text(), 'All is well')
  })

  test('shows each process with what it carries', async ({ client }) => {
    const beating = await heartbeat(['worker', 'scheduler'])
    await beating.beat()
    const administrator = await createUser({ administrator: true })
    const page = await client.get('/administration/diagnosis').loginAs(administrator)
    page.assertTextIncludes(`pid ${process.pid}`)
    page.assertTextIncludes('worker, scheduler')
    await beating.stop()
  })

  test('a process writes one row as long as it lives', async ({ assert }) => {
    const beating = await heartbeat(['web'])
    await beating.beat()
    await beating.beat()
    const rows = await db.from('heartbeats')
    assert.lengthOf(rows, 1)
    const gauges = JSON.parse(rows[0].gauges)
    assert.equal(gauges.version, '1.2.3')
    assert.isAbove(gauges.memory.rssBytes, 1e6)
    assert.isAtLeast(gauges.eventLoopDelay.p99, 0)
    await beating.stop()
    assert.lengthOf(await db.from('heartbeats'), 0)
  })

  test('is for administrators of the panel, not for owners of teams', async ({ client }) => {
    for (const user of [tenant.owner, await createMember(tenant.team, 'admin')]) {
      const page = await client.get('/administration/diagnosis').loginAs(user).accept('text/html')
      page.assertStatus(403)
    }
  })
})

test.group('Health', () => {
  test('is ready while the database answers, and tells strangers no more', async ({
    assert,
    client,
  }) => {
    const response = await client.get('/health/ready').accept('application/json')
    response.assertStatus(200)
    assert.deepEqual(response.body(), { status: 'ready' })
  })

  test('is not ready when the database does not answer', async ({ assert, client, cleanup }) => {
    await db.connection().schema.renameTable('panel_settings', 'hidden_settings')
    cleanup(() => db.connection().schema.renameTable('hidden_settings', 'panel_settings'))
    const response = await client.get('/health/ready').accept('application/json')
    response.assertStatus(503)
    assert.deepEqual(response.body(), { status: 'the database does not answer' })
  })
})

test.group('Requests', () => {
  test('have an identifier that their answer carries', async ({ assert, client }) => {
    const first = await client.get('/login')
    const second = await client.get('/login')
    assert.match(first.header('x-request-id')!, /^[\da-f-]{36}$/)
    assert.notEqual(first.header('x-request-id'), second.header('x-request-id'))
  })

  test('keep the identifier that a proxy gave them', async ({ client }) => {
    const response = await client.get('/login').header('x-request-id', 'proxy-0123456789')
    response.assertHeader('x-request-id', 'proxy-0123456789')
  })

  test('do not take up {$self} for one')
    .with([
      'x',
      'a'.repeat(65),
      'a b c d e f g h',
      '{"level":60}00000',
      '<script>alert(1)</script>',
    ])
    .run(async ({ assert, client }, id) => {
      const response = await client.get('/login').header('x-request-id', id)
      assert.match(response.header('x-request-id')!, /^[\da-f-]{36}$/)
    })
})
