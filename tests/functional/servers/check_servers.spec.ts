import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { RemoteError } from '#engine/ssh/errors'
import Activity from '#app/activity/models/activity'
import Notification from '#app/notifications/models/notification'
import CheckServers from '#app/servers/actions/check_servers'
import Server from '#app/servers/models/server'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { FakeServerRemotes } from '#tests/support/fake_server_remotes'
import { setMailServer } from '#tests/support/mail_sink'
import { createManyServers } from '#tests/support/many_servers'
import {
  createMember,
  createServer,
  createTenant,
  someHostKey,
  type Tenant,
} from '#tests/support/tenants'

const BOOT = 'ccd9b025-f874-4bdd-b66b-aed64c902808'
const OTHER_BOOT = '11111111-f874-4bdd-b66b-aed64c902808'
const FACTS = `fact hostname web-1
fact os_PRETTY_NAME "Debian GNU/Linux 12 (bookworm)"
fact cpus 4
fact load 2.00 1.00 0.50 1/1 1
fact MemTotal 1000 kB
fact MemAvailable 250 kB
fact disk /dev/a ext4 100 10 90 10% /
fact disk /dev/b ext4 100 80 20 80% /srv
fact reboot_required yes
fact updates 12 3
`

test.group('Looking at servers by itself', (group) => {
  let tenant: Tenant
  let fake: FakeServerRemotes
  let check: CheckServers

  group.each.setup(async () => {
    await emptyDatabase()
    tenant = await createTenant()
    fake = new FakeServerRemotes()
    fake.remote.on('sh -s', { stdout: `${FACTS}fact boot_id ${BOOT}\n` })
    fake.remote.on(/boot_id/, { stdout: `${BOOT}\n` })
    check = new CheckServers(fake)
  })

  const at = (milliseconds: number) => DateTime.fromMillis(Date.now() + milliseconds).toUTC()
  const due = (values: Partial<Server> = {}) =>
    createServer(tenant, { bootId: BOOT, factsAt: at(0), nextCheckAt: at(-1), ...values })
  const reload = (server: Server) => Server.acrossTeams().where('id', server.id).firstOrFail()
  const asked = (text: string) => fake.remote.described.filter((each) => each.includes(text)).length
  const pauseOf = async (server: Server) => {
    const { nextCheckAt } = await reload(server)
    return nextCheckAt === null ? null : (nextCheckAt.toMillis() - Date.now()) / 1000
  }
  const fails = (code: 'E_CONNECT' | 'E_AUTH' | 'E_HOST_KEY' | 'E_SUDO') =>
    fake.remote.on(/^/, { error: new RemoteError(code, 'It is so.', 'Look there.') })

  test('asks those whose turn it is, and no others', async ({ assert }) => {
    const server = await due()
    await due({ nextCheckAt: at(60_000) })
    await due({ nextCheckAt: null })
    await check.handle('answering')
    assert.lengthOf(fake.remote.commands, 1)
    assert.closeTo((await pauseOf(server))!, 60, 5)
    await check.handle('answering')
    await check.handle('silent')
    assert.lengthOf(fake.remote.commands, 1)
  })

  test('asks for a sign of life each minute, and for all facts each quarter of an hour', async ({
    assert,
  }) => {
    const [young, old] = [await due(), await due({ factsAt: at(-15 * 60_000) })]
    const before = (await reload(young)).updatedAt
    await check.handle('answering')
    assert.equal(asked('boot_id'), 1)
    assert.equal(asked('sh -s'), 1)
    assert.deepEqual((await reload(young)).updatedAt, before)
    assert.isBelow(Math.abs((await reload(young)).seenAt!.diffNow().as('seconds')), 5)
    const gathered = await reload(old)
    assert.containSubset(gathered.serialize(), {
      osName: 'Debian GNU/Linux 12 (bookworm)',
      loadCenti: 200,
      loadPermille: 500,
      memoryPermille: 750,
      diskPermille: 800,
      rebootRequired: true,
      pendingUpdates: 12,
      bootId: BOOT,
    })
    assert.equal(gathered.facts!.hostname, 'web-1')
  })

  test('asks for all facts at once after the system was started anew', async ({ assert }) => {
    const server = await due({ bootId: OTHER_BOOT })
    await check.handle('answering')
    assert.equal(asked('sh -s'), 1)
    assert.equal((await reload(server)).bootId, BOOT)
  })

  test('T5: tells those who manage servers of another host key, once, and asks no more', async ({
    assert,
  }) => {
    await setMailServer('127.0.0.1')
    const admin = await createMember(tenant.team, 'admin')
    await createMember(tenant.team, 'deployer')
    const server = await due({ name: 'web-1' })
    fails('E_HOST_KEY')
    await Promise.all([check.handle('answering'), new CheckServers(fake).handle('answering')])
    await db.from('servers').where('id', server.id).update({ next_check_at: 0 })
    await check.handle('silent')
    await setMailServer(null)
    assert.equal((await reload(server)).status, 'host_key_changed')
    const told = await Notification.within(tenant.scope)
    assert.sameMembers(
      told.map(({ userId }) => userId),
      [tenant.owner.id, admin.id]
    )
    const [{ title, linkPath }] = told
    assert.equal(title, 'Critical: web-1 shows another host key')
    assert.equal(linkPath, `/servers/${server.id}/host-key`)
  })

  test('takes a connection that was lost on the way for no failure', async ({ assert }) => {
    const server = await due()
    fake.remote.on(/boot_id/, { lost: 'the connection was lost' }, { stdout: `${BOOT}\n` })
    await check.handle('answering')
    assert.equal((await reload(server)).status, 'reachable')
    assert.equal(asked('boot_id'), 2)
  })

  test('tries one that fell silent after 15 s, then later and later, and says when it is back', async ({
    assert,
  }) => {
    const server = await due({ name: 'web-1' })
    fails('E_CONNECT')
    await check.handle('answering')
    const pauses: number[] = []
    for (const which of Array.from({ length: 7 }, () => 'silent' as const)) {
      pauses.push((await pauseOf(server))!)
      await db.from('servers').where('id', server.id).update({ next_check_at: 0 })
      await check.handle(which)
    }
    assert.closeTo(pauses[0], 15, 4)
    for (const [index, pause] of pauses.entries()) {
      const expected = Math.min(300, 15 * 2 ** index)
      assert.isAtLeast(pause, Math.max(14, expected * 0.79))
      assert.isAtMost(pause, Math.min(301, expected * 1.21))
    }
    assert.equal((await reload(server)).checkFailures, 8)

    fake.remote.on(/^/, { stdout: FACTS })
    const since = at(-74_000).toMillis()
    await db
      .from('servers')
      .where('id', server.id)
      .update({ next_check_at: 0, status_since: since })
    await check.handle('silent')
    const back = await reload(server)
    assert.containSubset(back.serialize(), { status: 'reachable', checkFailures: 0 })
    const rows = await Activity.acrossTeams().orderBy('sequence')
    assert.deepEqual(
      rows.map(({ action }) => action),
      ['server.unreachable', 'server.back']
    )
    assert.closeTo(Number(rows[1].details.afterSeconds), 74, 3)
  })

  test('T10: tries one that refused the login after ten minutes at the soonest', async ({
    assert,
  }) => {
    const server = await due()
    fails('E_AUTH')
    await check.handle('answering')
    const tried = fake.remote.commands.length
    assert.isAtLeast((await pauseOf(server))!, 599)
    for (let round = 0; round < 5; round++) await check.handle('silent')
    assert.lengthOf(fake.remote.commands, tried)
    assert.equal((await reload(server)).status, 'auth_failed')
  })

  test('T6: never tries one whose host key changed', async ({ assert }) => {
    const server = await due()
    fails('E_HOST_KEY')
    await check.handle('answering')
    const { status, nextCheckAt } = await reload(server)
    assert.equal(status, 'host_key_changed')
    assert.isNull(nextCheckAt)
  })

  test('looks at one that a person asked for, all of it and at once', async ({ assert }) => {
    const server = await due({ checkAsked: true })
    await check.handle('answering')
    assert.equal(asked('sh -s'), 1)
    assert.isFalse((await reload(server)).checkAsked)
  })

  test('is done by one process each, however many look', async ({ assert }) => {
    for (let count = 0; count < 5; count++) await due()
    await Promise.all(Array.from({ length: 4 }, () => new CheckServers(fake).handle('answering')))
    assert.lengthOf(fake.remote.commands, 5)
    assert.lengthOf(await db.from('servers').whereNotNull('check_claim'), 0)
  })

  test('is taken up by another when a process vanished over it', async ({ assert }) => {
    const server = await due({ checkClaim: 'of-a-process-that-is-gone', nextCheckAt: at(-1) })
    await check.handle('answering')
    assert.lengthOf(fake.remote.commands, 1)
    assert.isNull((await reload(server)).checkClaim)
  })

  test('looks at the others when something unforeseen happens with one', async ({ assert }) => {
    const servers = [await due({ seenAt: null }), await due({ seenAt: null })]
    fake.remote.on(/boot_id/, { error: new Error('Nobody thought of this.') }, { stdout: BOOT })
    await check.handle('answering')
    const seen = await Promise.all(servers.map(async (server) => (await reload(server)).seenAt))
    assert.lengthOf(seen.filter(Boolean), 1)
  })

  test('keeps of the facts what fits their column', async ({ assert }) => {
    const server = await due({ factsAt: null })
    const long = '€'.repeat(195)
    const disks = Array.from(
      { length: 45 },
      (_, index) => `fact disk /dev/${index} ${long} 100 ${index % 90} 10 9% /${index}${long}\n`
    )
    fake.remote.on('sh -s', {
      stdout: `${FACTS}${disks.join('')}fact boot_id ${BOOT}\n`,
    })
    await check.handle('answering')
    const row = await db.from('servers').where('id', server.id).firstOrFail()
    assert.isAbove(Buffer.byteLength(row.facts), 8 * 1024)
    assert.isAtMost(Buffer.byteLength(row.facts), 48 * 1024)
    assert.equal(row.boot_id, BOOT)
    assert.isNotEmpty((await reload(server)).facts!.disks)
  })

  test('T6: a check that took long brings back no server whose host key changed meanwhile', async ({
    assert,
  }) => {
    for (const status of ['reachable', 'unreachable'] as const) {
      for (const found of ['E_CONNECT', null] as const) {
        const server = await due({ status, factsAt: null })
        fake.remote.on(/^/, async () => {
          await db
            .from('servers')
            .where('id', server.id)
            .update({ status: 'host_key_changed', next_check_at: null })
          return found
            ? { error: new RemoteError(found, 'It is so.', 'Look there.') }
            : { stdout: FACTS }
        })
        await check.handle(status === 'reachable' ? 'answering' : 'silent')
        const row = await reload(server)
        assert.equal(row.status, 'host_key_changed', `${status}, ${found}`)
        assert.isNull(row.nextCheckAt)
        assert.isNull(row.facts)
      }
    }
    assert.lengthOf(await Activity.acrossTeams(), 0)
  })

  test('T6: a check that knew the former pins does not block a server that was pinned anew', async ({
    assert,
  }) => {
    const server = await due()
    const pins = [someHostKey()]
    fake.remote.on(/^/, async () => {
      await db
        .from('servers')
        .where('id', server.id)
        .update({ host_keys: JSON.stringify(pins) })
      return { error: new RemoteError('E_HOST_KEY', 'It is so.', 'Look there.') }
    })
    await check.handle('answering')
    const row = await reload(server)
    assert.equal(row.status, 'reachable')
    assert.deepEqual(row.hostKeys, pins)
    assert.lengthOf(await Activity.acrossTeams(), 0)
  })

  test('stores a thousand servers that did not change by a handful of statements', async ({
    assert,
  }) => {
    await createManyServers(tenant, 1000)
    await db
      .from('servers')
      .update({ status: 'reachable', next_check_at: 0, boot_id: BOOT, facts_at: Date.now() })
    const statements: string[] = []
    const watch = (query: { sql: string }) => statements.push(query.sql)
    const client = db.connection().getWriteClient()
    client.on('query', watch)
    await check.handle('answering')
    client.off('query', watch)
    assert.lengthOf(fake.remote.commands, 1000)
    const writes = statements.filter((sql) => /^(update|insert|delete)/i.test(sql))
    assert.isAbove(writes.length, 1)
    assert.isAtMost(writes.length, 8)
    const left = await db.from('servers').where('next_check_at', '<=', Date.now())
    assert.lengthOf(left, 0)
  }).timeout(60_000)
})
