import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import app from '@adonisjs/core/services/app'
import { RemoteError } from '#engine/ssh/errors'
import type { FakeShell } from '#engine/testing/fake_shell'
import Activity from '#app/activity/models/activity'
import SignIn from '#app/auth/models/sign_in'
import Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import Membership from '#app/teams/models/membership'
import Team from '#app/teams/models/team'
import RenewLeases from '#app/terminals/actions/renew_leases'
import type { TerminalLimits } from '#app/terminals/limits'
import { LiveTerminals } from '#app/terminals/live_terminals'
import Terminal from '#app/terminals/models/terminal'
import type User from '#app/users/models/user'
import TerminalTicket from '#app/terminals/models/terminal_ticket'
import { PAYLOADS } from '#tests/support/payload_corpus'
import { swapServerRemotes, type FakeServerRemotes } from '#tests/support/fake_server_remotes'
import { createSignIn } from '#tests/support/signed_in'
import { askTicket, takeTicket, TerminalClient } from '#tests/support/terminal_client'
import {
  createMember,
  createServer,
  createTenant,
  createTerminal,
  someHostKey,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

test.group('Terminals', (group) => {
  let tenant: Tenant
  let server: Server
  let user: User
  let visitor: Visitor
  let fake: FakeServerRemotes
  let live: LiveTerminals

  group.tap((each) => each.timeout(60_000))
  group.setup(async () => {
    tenant = await createTenant()
  })
  group.each.setup(async () => {
    const [remotes, restore] = swapServerRemotes()
    fake = remotes
    bound({})
    server = await createServer(tenant)
    user = await createMember(tenant.team, 'admin')
    visitor = new Visitor()
    await visitor.logIn(user)
    return async () => {
      await live.stop()
      app.container.restore(LiveTerminals)
      restore()
    }
  })

  /** Terminals with other limits from now on. */
  function bound(limits: Partial<TerminalLimits>) {
    live = new LiveTerminals(() => app.container.make(ServerRemotes), limits)
    app.container.swap(LiveTerminals, () => live)
  }

  const shell = (): FakeShell => fake.remote.shells.at(-1)!
  const open = () => TerminalClient.open(visitor, server.id)

  /** The row of a terminal once it has ended. */
  async function ended(id: string): Promise<Terminal> {
    for (const end = Date.now() + 10_000; Date.now() < end;) {
      const row = await Terminal.within(tenant.scope).where('id', id).firstOrFail()
      if (row.endedAt) return row
      await sleep(20)
    }
    throw new Error('The terminal has not ended.')
  }

  const acts = (id: string) =>
    Activity.acrossTeams().where('details', 'like', `%${id}%`).orderBy('sequence')

  test('what is typed reaches the shell, and what it says the browser', async ({ assert }) => {
    const client = await open()
    await client.see('$ ')
    assert.deepEqual(shell().sizes[0], { columns: 80, rows: 24 })
    client.type('echo größe ✓\r')
    await client.see(Buffer.from('größe ✓').toString('latin1'))
    assert.equal(shell().typed, 'echo größe ✓\r')
    client.say({ type: 'resize', columns: 132, rows: 50 })
    client.type('echo $(stty size)\r')
    await client.see('50 132')
    client.say({ type: 'close' })
    assert.equal((await client.hear('ended')).reason, 'closed')
    assert.equal(await client.closed, 1000)
    assert.isTrue(shell().isClosed)
  })

  test('opening and closing are on record, with who, where, how long and why, and no contents', async ({
    assert,
  }) => {
    const client = await open()
    client.type('echo canary-5d1e\r')
    await client.see('canary-5d1e')
    client.type('exit 3\r')
    const { message } = await client.hear('ended')
    assert.equal(message, 'The shell ended with exit code 3.')
    const row = await ended(client.terminal)
    assert.equal(row.reason, 'exited')
    const [opened, closed, ...rest] = await acts(client.terminal)
    assert.lengthOf(rest, 0)
    assert.containSubset(opened.serialize(), {
      action: 'terminal.opened',
      actorId: user.id,
      subjectId: server.id,
      address: '127.0.0.1',
    })
    assert.equal(closed.action, 'terminal.closed')
    assert.containSubset(closed.details, {
      person: user.fullName,
      because: 'the shell ended with exit code 3',
    })
    assert.isNumber(closed.details.seconds)
    assert.notInclude(JSON.stringify([opened, closed, row]), 'canary')
    const page = await new Visitor()
    await page.logIn(tenant.owner)
    const activity = await (await page.get('/activity?group=terminals')).text()
    assert.include(activity.replaceAll(/\s+/g, ' '), 'because the shell ended with exit code 3')
  })

  test('a browser that comes back finds the same shell, and no byte is lost or doubled', async ({
    assert,
  }) => {
    const first = await open()
    await first.see('$ ')
    await first.drop()
    shell().print('while nobody looked\r\n')
    const back = { ...first.back, offset: first.offset }
    const second = await TerminalClient.open(visitor, server.id, back)
    assert.isTrue(second.find('opened')!.whole)
    await second.see('while nobody looked')
    second.type('echo again\r')
    await second.see('again\r\n$ ')
    assert.equal(first.output + second.output, '$ while nobody looked\r\necho again\r\nagain\r\n$ ')
    assert.lengthOf(fake.remote.shells, 1)
    const third = await TerminalClient.open(visitor, server.id, { ...back, offset: 0 })
    assert.equal((await second.hear('taken')).type, 'taken')
    assert.equal(await second.closed, 1000)
    await third.see('again\r\n$ ')
    assert.equal(third.output, first.output + second.output)
    await third.drop()
  })

  test('output of many megabytes over breaking links is whole', async ({ assert }) => {
    const lines = Array.from({ length: 60_000 }, (_, n) => `line ${n} ${'x'.repeat(40)}\r\n`).join(
      ''
    )
    let client = await open()
    await client.see('$ ')
    const { back } = client
    let output = client.output
    for (let at = 0; at < lines.length; at += 16_384) shell().print(lines.slice(at, at + 16_384))
    for (let links = 0; output.length < lines.length; links++) {
      assert.isBelow(links, 100)
      const before = client.output.length
      const enough = () =>
        client.output.length > before + 200_000 ||
        output.length + client.output.length > lines.length
      await client.until(enough)
      await client.drop()
      output = links === 0 ? client.output : output + client.output
      client = await TerminalClient.open(visitor, server.id, { ...back, offset: client.offset })
      assert.isTrue(client.find('opened')!.whole)
    }
    await client.drop()
    assert.isTrue((output + client.output).startsWith(`$ ${lines}`))
  })

  test('a browser with an offset that nobody has kept gets the latest, and is told', async ({
    assert,
  }) => {
    const client = await open()
    shell().print('z'.repeat(900_000))
    await client.until(() => client.offset >= 900_000)
    await client.drop()
    const back = { ...client.back, offset: 0 }
    const again = await TerminalClient.open(visitor, server.id, back)
    assert.isFalse(again.find('opened')!.whole)
    assert.isAbove(again.find('opened')!.offset, 300_000)
    await again.until(() => again.offset >= 900_002)
    await again.drop()
  })

  test('a flood waits for its reader, and memory stays where it was', async ({ assert }) => {
    const client = await open()
    await client.see('$ ')
    client.acknowledges = false
    client.type('yes\r')
    await client.until(() => client.offset >= 256 * 1024)
    await sleep(500)
    assert.isBelow(client.offset, 320 * 1024)
    assert.isBelow(shell().stream.readableLength, 128 * 1024)
    client.acknowledges = true
    client.keeps = 1000
    client.say({ type: 'ack', offset: client.offset })
    await client.until(() => client.offset > 16 * 1024 * 1024)
    const before = process.memoryUsage().rss
    await client.until(() => client.offset > 256 * 1024 * 1024)
    assert.isBelow(process.memoryUsage().rss - before, 100 * 1024 * 1024)
    await client.drop()
  })

  test('a browser that says it has shown what it never read is cut off', async ({ assert }) => {
    bound({ detached: 100 })
    const client = await open()
    await client.see('$ ')
    client.acknowledges = false
    client.type('yes\r')
    await client.until(() => client.offset >= 256 * 1024)
    client.socket.pause()
    const before = process.memoryUsage().rss
    const said = sayShown(client, 96 * 1024 * 1024)
    assert.equal((await ended(client.terminal)).reason, 'link_lost')
    said.abort()
    assert.isBelow(process.memoryUsage().rss - before, 64 * 1024 * 1024)
    client.socket.resume()
  })

  /** Says that more and more has been shown, up to so many bytes, faster than any could read. */
  function sayShown(client: TerminalClient, most: number): AbortController {
    const stop = new AbortController()
    let offset = client.offset - 64 * 1024
    const timer = setInterval(() => {
      if (stop.signal.aborted || offset >= most) return clearInterval(timer)
      client.say({ type: 'ack', offset: (offset += 8 * 1024) })
    }, 1)
    return stop
  }

  test('input that the shell does not take keeps the browser waiting', async ({ assert }) => {
    const client = await open()
    await client.see('$ ')
    client.type('cat\r')
    for (let sent = 0; sent < 200; sent++) client.type(Buffer.alloc(60_000, 'x'))
    await sleep(500)
    assert.isBelow(shell().stream.writableLength, 1024 * 1024)
    assert.isAbove(client.socket.bufferedAmount, 0)
    await client.drop()
  })

  test('one whose browser does not come back ends after a while', async ({ assert }) => {
    bound({ detached: 300 })
    const client = await open()
    await client.drop()
    assert.equal((await ended(client.terminal)).reason, 'link_lost')
    assert.isTrue(shell().isClosed)
    assert.equal((await askTicket(visitor, server.id, client.back)).status, 404)
  })

  test('one in which nothing is typed ends after a warning', async ({ assert }) => {
    bound({ idle: 1500, idleWarning: 1000, recheck: 50 })
    const client = await open()
    const warned = await client.hear('idle')
    assert.equal(warned.seconds, 1)
    client.type('x')
    await client.until(() => client.messages.some((m) => m.type === 'idle' && m.seconds === 0))
    assert.equal((await client.hear('ended')).reason, 'idle')
    assert.equal((await ended(client.terminal)).reason, 'idle')
  })

  const LOSSES: Record<string, (member: Membership) => Promise<unknown>> = {
    'the sign-in was ended': () =>
      SignIn.query().where('user_id', user.id).update({ endedAt: Date.now() }),
    'the person was deactivated': () => user.merge({ deactivatedAt: DateTime.utc() }).save(),
    'the person left the team': (member) => member.delete(),
    'the role was lowered': (member) => member.merge({ role: 'deployer' }).save(),
    'the person left the team and has another': async (member) => {
      const team = await Team.create({ name: 'Another' })
      await Membership.create({ teamId: team.id, userId: user.id, role: 'owner' })
      await member.delete()
    },
  }

  test('an open one ends within seconds after {$self}')
    .with(Object.keys(LOSSES))
    .run(async ({ assert }, name) => {
      bound({ recheck: 300 })
      const client = await open()
      await client.see('$ ')
      await LOSSES[name](await Membership.query().where('user_id', user.id).firstOrFail())
      const { reason, message } = await client.hear('ended')
      assert.equal(reason, 'rights_lost')
      assert.equal(message, 'The right to it ended.')
      assert.isTrue(shell().isClosed)
      assert.equal((await ended(client.terminal)).reason, 'rights_lost')
    })

  test('one that nobody looks at ends with the rights, too', async ({ assert }) => {
    const client = await open()
    await client.drop()
    await SignIn.query().where('user_id', user.id).update({ endedAt: Date.now() })
    assert.equal((await ended(client.terminal)).reason, 'rights_lost')
  })

  test('one on a server that is removed ends, and that is on record', async ({ assert }) => {
    const client = await open()
    await Server.within(tenant.scope).where('id', server.id).delete()
    assert.equal((await client.hear('ended')).reason, 'server_removed')
    const row = await ended(client.terminal)
    assert.equal(row.serverName, server.name)
    assert.lengthOf(await acts(client.terminal), 2)
  })

  test('one whose server is lost says so', async ({ assert }) => {
    const client = await open()
    shell().lose('the connection was lost: Keepalive timeout')
    const { reason, message } = await client.hear('ended')
    assert.equal(reason, 'server_lost')
    assert.equal(message, 'The connection to the server was lost.')
    assert.equal((await ended(client.terminal)).reason, 'server_lost')
  })

  test('only the browser that opened it comes back to it', async ({ assert }) => {
    const client = await open()
    await client.drop()
    const again = new Visitor()
    await again.logIn(user)
    const admin = new Visitor()
    await admin.logIn(tenant.owner)
    for (const other of [again, admin]) {
      assert.equal((await askTicket(other, server.id, client.back)).status, 404)
    }
    const elsewhere = await createServer(tenant)
    assert.equal((await askTicket(visitor, elsewhere.id, client.back)).status, 404)
    assert.equal((await askTicket(visitor, server.id, client.back)).status, 201)
  })

  test('only the page that opened it comes back to it, by a secret said once', async ({
    assert,
  }) => {
    const client = await open()
    const { back } = client
    assert.match(back.secret, /^[\w-]{43}$/)
    const other = await open()
    for (const secret of [other.back.secret, 'a'.repeat(43), 'a', ...PAYLOADS]) {
      const response = await askTicket(visitor, server.id, { ...back, secret })
      assert.include([403, 422], response.status, secret.slice(0, 50))
    }
    const json = { headers: { accept: 'application/json' } }
    const without = `/servers/${server.id}/terminals/${back.terminal}/tickets`
    assert.equal((await visitor.post(without, {}, json)).status, 422)
    assert.lengthOf(
      await TerminalTicket.within(tenant.scope).where('terminal_id', back.terminal),
      0
    )
    assert.isUndefined(client.find('taken'))
    const again = await TerminalClient.open(visitor, server.id, { ...back, offset: 0 })
    assert.isUndefined(again.find('opened')!.secret)
    const rows = [await Terminal.within(tenant.scope), await acts(back.terminal)]
    assert.notInclude(JSON.stringify(rows), back.secret)
  })

  test('coming back asks for no newer proof than opening did', async ({ assert }) => {
    const client = await open()
    await client.drop()
    const long = DateTime.utc().minus({ minutes: 16 }).toMillis()
    await SignIn.query().where('user_id', user.id).update({ confirmedAt: long })
    assert.equal((await askTicket(visitor, server.id)).status, 403)
    assert.equal((await askTicket(visitor, server.id, client.back)).status, 201)
  })

  test('one that lives in another process says so', async ({ assert }) => {
    const signIn = await SignIn.query().where('user_id', user.id).firstOrFail()
    const terminal = await createTerminal(tenant, server, signIn)
    const back = { terminal: terminal.id, secret: 'a'.repeat(43) }
    const response = await askTicket(visitor, server.id, back)
    assert.equal(response.status, 409)
    assert.include(await response.text(), 'lives in another process')
    assert.lengthOf(fake.remote.shells, 0)
  })

  test('a server that lets nobody in is told with what to do, and nothing is on record', async ({
    assert,
  }) => {
    fake.remote.shellError = new RemoteError('E_HOST_KEY', 'Another host key.', 'Compare it.')
    const client = await open()
    const { message, hint } = await client.hear('failed')
    assert.equal(message, 'Another host key.')
    assert.equal(hint, 'Compare it.')
    assert.lengthOf(await Terminal.within(tenant.scope).where('user_id', user.id), 0)
    fake.remote.shellError = undefined
    const next = await open()
    assert.isDefined(next.find('opened'))
  })

  test('nobody has more than they may, nor does the panel', async ({ assert }) => {
    bound({ perUser: 2, perProcess: 3 })
    const [first, second] = [await open(), await open()]
    const third = await open()
    assert.include((await third.hear('failed')).message, 'You have 2 terminals open')
    const owner = new Visitor()
    await owner.logIn(tenant.owner)
    const [theirs, more] = [
      await TerminalClient.open(owner, server.id),
      await TerminalClient.open(owner, server.id),
    ]
    assert.isDefined(theirs.find('opened'))
    assert.include((await more.hear('failed')).message, 'as many terminals as it may')
    second.say({ type: 'close' })
    await second.closed
    const again = await open()
    assert.isDefined(again.find('opened'))
    for (const client of [first, theirs, again]) await client.drop()
  })

  test('a person with as many rows as they may gets no ticket, whatever process has them', async ({
    assert,
  }) => {
    const signIn = await SignIn.query().where('user_id', user.id).firstOrFail()
    for (let count = 0; count < 10; count++) await createTerminal(tenant, server, signIn)
    const response = await askTicket(visitor, server.id)
    assert.equal(response.status, 429)
    assert.include(await response.text(), 'You have 10 terminals open')
  })

  test('the panel that stops ends them all, and puts it on record', async ({ assert }) => {
    const clients = [await open(), await open()]
    await clients[1].drop()
    await live.stop()
    assert.equal((await clients[0].hear('ended')).message, 'The panel stopped.')
    for (const { terminal } of clients) {
      assert.equal((await ended(terminal)).reason, 'panel_stopped')
      assert.lengthOf(await acts(terminal), 2)
    }
    assert.isTrue(fake.remote.shells.every(({ isClosed }) => isClosed))
    const late = await open()
    assert.isDefined(late.find('failed'))
  })

  test('those of a process that is gone are closed by the next, at the latest it can have lived', async ({
    assert,
  }) => {
    const signIn = await createSignIn(user)
    const begun = DateTime.utc().minus({ minutes: 5 })
    const gone = await createTerminal(tenant, server, signIn, {
      createdAt: begun,
      leasedUntil: begun.plus({ minutes: 2 }),
    })
    const other = await createTerminal(tenant, server, signIn)
    const client = await open()
    assert.deepEqual([...(await new RenewLeases().handle(live.processId))], [client.terminal])
    await new RenewLeases().handle('another process')
    const row = await ended(gone.id)
    assert.equal(row.reason, 'panel_stopped')
    assert.equal(row.endedAt!.toMillis(), gone.leasedUntil.toMillis())
    const [closed, ...rest] = await acts(gone.id)
    assert.lengthOf(rest, 0)
    assert.containSubset(closed.details, { seconds: 120, because: 'the panel stopped' })
    const rows = await Terminal.within(tenant.scope).whereIn('id', [other.id, client.terminal])
    assert.deepEqual(
      rows.map(({ endedAt }) => endedAt),
      [null, null]
    )
  })

  test('one whose row another process has closed ends', async ({ assert }) => {
    const client = await open()
    await Terminal.within(tenant.scope)
      .where('id', client.terminal)
      .update({ leasedUntil: Date.now() - 1000 })
    live.start()
    assert.equal((await client.hear('ended')).reason, 'panel_stopped')
    assert.lengthOf(await acts(client.terminal), 2)
  })

  test('a silent browser is taken for gone, one that answers is kept', async ({ assert }) => {
    bound({ beat: 200, detached: 400 })
    const client = await open()
    await client.hear('beat')
    await sleep(1500)
    assert.isUndefined(client.find('ended'))
    client.socket.pause()
    assert.equal((await ended(client.terminal)).reason, 'link_lost')
    client.socket.resume()
  })

  test('a browser that talks but answers no ping is taken for gone', async ({ assert }) => {
    bound({ beat: 200, detached: 100 })
    const client = await open()
    client.socket.pong = () => {}
    const timer = setInterval(() => client.say({ type: 'resize', columns: 80, rows: 24 }), 50)
    assert.equal((await ended(client.terminal)).reason, 'link_lost')
    clearInterval(timer)
  })

  /** Has a socket let in, changes something, and only then says `open`. */
  async function openAfter(change: () => Promise<unknown>) {
    const ticket = await takeTicket(visitor, server.id)
    const client = await TerminalClient.knock(visitor, server.id, ticket)
    if (typeof client === 'number') throw new Error(`refused: ${client}`)
    await change()
    client.say({ type: 'open', columns: 80, rows: 24, offset: 0 })
    await client.until(() => client.messages.some(({ type }) => type !== 'beat'))
    return client
  }

  test('the shell is opened on the server as it is when the browser says so', async ({
    assert,
  }) => {
    const asked: Server[] = []
    fake.of = (which) => {
      asked.push(which)
      return fake.remote
    }
    const hostKeys = [someHostKey()]
    const moved = { host: 'moved.example.com', hostKeys }
    const client = await openAfter(async () => {
      const row = await Server.within(tenant.scope).where('id', server.id).firstOrFail()
      await row.merge(moved).save()
    })
    assert.isDefined(client.find('opened'))
    assert.lengthOf(asked, 1)
    assert.containSubset(asked[0], moved)
  })

  test('no shell is opened on a server that meanwhile {$self}')
    .with(['is gone', 'is blocked', 'is unconfirmed', 'is behind an unconfirmed one'] as const)
    .run(async ({ assert }, what) => {
      const remotes = new ServerRemotes()
      live = new LiveTerminals(async () => (what === 'is blocked' ? remotes : fake))
      const jump = await createServer(tenant)
      if (what === 'is behind an unconfirmed one') {
        await server.merge({ jumpServerId: jump.id }).save()
      }
      const words = {
        'is gone': 'The server was removed.',
        'is blocked': 'offers another host key',
        'is unconfirmed': `The host key of ${server.name} is not confirmed`,
        'is behind an unconfirmed one': `The host key of ${jump.name} is not confirmed`,
      }
      const client = await openAfter(async () => {
        if (what === 'is gone') return server.delete()
        if (what === 'is blocked') return server.merge({ status: 'host_key_changed' }).save()
        const which = what === 'is unconfirmed' ? server : jump
        return which.merge({ offeredHostKey: someHostKey(), hostKeys: [] }).save()
      })
      assert.include((await client.hear('failed')).message, words[what])
      assert.lengthOf(fake.remote.shells, 0)
      await remotes.close()
    })

  test('a browser that leaves while the server is connected to leaves nothing behind', async ({
    assert,
  }) => {
    const openShell = fake.remote.shell.bind(fake.remote)
    fake.remote.shell = async (options) => {
      await sleep(500)
      return openShell({ ...options, signal: undefined })
    }
    const ticket = await takeTicket(visitor, server.id)
    const client = await TerminalClient.knock(visitor, server.id, ticket)
    if (typeof client === 'number') throw new Error(`refused: ${client}`)
    client.say({ type: 'open', columns: 80, rows: 24, offset: 0 })
    await sleep(100)
    await client.drop()
    await sleep(1000)
    assert.deepEqual(
      fake.remote.shells.map(({ isClosed }) => isClosed),
      [true]
    )
    assert.equal(live.size, 0)
    assert.lengthOf(
      await Terminal.within(tenant.scope).where('user_id', user.id).whereNull('ended_at'),
      0
    )
  })
})
