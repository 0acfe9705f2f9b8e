import { once } from 'node:events'
import { createServer as createNodeServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import app from '@adonisjs/core/services/app'
import { SIGN_IN_KEY } from '#app/auth/signed_in_session'
import SignIn from '#app/auth/models/sign_in'
import { SocketUpgrades } from '#app/core/socket_upgrades'
import type Server from '#app/servers/models/server'
import PanelSettings from '#app/settings/models/panel_settings'
import Membership from '#app/teams/models/membership'
import { roles } from '#app/teams/roles'
import RedeemTicket from '#app/terminals/actions/redeem_ticket'
import { hashOfTicket } from '#app/terminals/ticket_text'
import TerminalTicket from '#app/terminals/models/terminal_ticket'
import { swapServerRemotes, type FakeServerRemotes } from '#tests/support/fake_server_remotes'
import { NOT_STRINGS, PAYLOADS } from '#tests/support/payload_corpus'
import { askTicket, takeTicket, TerminalClient } from '#tests/support/terminal_client'
import {
  createMember,
  createPasskey,
  createServer,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

test.group('S1: sockets of terminals', (group) => {
  let tenant: Tenant
  let server: Server
  let owner: Visitor
  let fake: FakeServerRemotes

  group.tap((each) => each.timeout(60_000))
  group.setup(async () => {
    tenant = await createTenant()
    server = await createServer(tenant)
    owner = new Visitor()
    await owner.logIn(tenant.owner)
  })
  group.each.setup(() => {
    const [remotes, restore] = swapServerRemotes()
    fake = remotes
    return restore
  })

  /** Whoever tries it, no shell is opened. */
  async function refused(
    visitor: Visitor,
    ticket: string,
    options: Parameters<typeof TerminalClient.knock>[3] = {},
    serverId = server.id
  ): Promise<number> {
    const answer = await TerminalClient.knock(visitor, serverId, ticket, options)
    if (typeof answer === 'number') return answer
    await answer.drop()
    throw new Error('A socket was opened.')
  }

  test('there is one handler of upgrades in the process', async ({ assert }) => {
    const node = (await app.container.make('server')).getNodeServer()!
    assert.equal(node.listenerCount('upgrade'), 1)
  })

  test('a ticket opens one socket, and that is the end of it', async ({ assert }) => {
    const ticket = await takeTicket(owner, server.id)
    assert.match(ticket, /^[\w-]{43}$/)
    const client = await TerminalClient.knock(owner, server.id, ticket)
    assert.instanceOf(client, TerminalClient)
    if (typeof client === 'number') return
    assert.equal(client.socket.protocol, 'muster.terminal')
    assert.equal(await refused(owner, ticket), 403)
    await client.drop()
    assert.equal(await refused(owner, ticket), 403)
  })

  test('of many who bring one ticket at once, one gets in', async ({ assert }) => {
    const ticket = await takeTicket(owner, server.id)
    const knocks = Array.from({ length: 8 }, () => TerminalClient.knock(owner, server.id, ticket))
    const answers = await Promise.all(knocks)
    const clients = answers.filter((answer) => answer instanceof TerminalClient)
    assert.lengthOf(clients, 1)
    await clients[0].drop()
    const text = await takeTicket(owner, server.id)
    const { signInId } = await TerminalTicket.acrossTeams()
      .where('ticket_hash', hashOfTicket(text))
      .firstOrFail()
    const holder = { scope: tenant.scope, signInId, serverId: server.id }
    const takings = Array.from({ length: 8 }, () => new RedeemTicket().handle(holder, text))
    const taken = await Promise.all(takings)
    assert.lengthOf(
      taken.filter((each) => each !== null),
      1
    )
  })

  test('only a hash of a ticket is kept', async ({ assert }) => {
    const ticket = await takeTicket(owner, server.id)
    const rows = await TerminalTicket.within(tenant.scope)
    assert.isAbove(rows.length, 0)
    assert.notInclude(JSON.stringify(rows.map((row) => row.$attributes)), ticket)
  })

  test('a ticket that is too old is none', async ({ assert }) => {
    const ticket = await takeTicket(owner, server.id)
    const past = DateTime.utc().minus({ seconds: 1 })
    await TerminalTicket.within(tenant.scope).update({ expiresAt: past.toMillis() })
    assert.equal(await refused(owner, ticket), 403)
  })

  test('a ticket for one server opens no other', async ({ assert }) => {
    const other = await createServer(tenant)
    const ticket = await takeTicket(owner, server.id)
    assert.equal(await refused(owner, ticket, {}, other.id), 403)
    assert.equal(await refused(owner, ticket), 403, 'it is used up')
  })

  test('a ticket of one person, or of one browser, serves no other', async ({ assert }) => {
    const admin = new Visitor()
    await admin.logIn(await createMember(tenant.team, 'admin'))
    assert.equal(await refused(admin, await takeTicket(owner, server.id)), 403)
    const again = new Visitor()
    await again.logIn(tenant.owner)
    assert.equal(await refused(again, await takeTicket(owner, server.id)), 403)
    assert.equal(await refused(new Visitor(), await takeTicket(owner, server.id)), 401)
  })

  test('a ticket of another team opens nothing, nor is one given', async ({ assert }) => {
    const stranger = await createTenant()
    const visitor = new Visitor()
    await visitor.logIn(stranger.owner)
    const theirs = await createServer(stranger)
    const ticket = await takeTicket(visitor, theirs.id)
    assert.equal(await refused(visitor, ticket, {}, server.id), 404)
    assert.equal((await askTicket(visitor, server.id)).status, 404)
    assert.equal(await refused(visitor, await takeTicket(owner, server.id)), 404)
  })

  test('what is no ticket is none, whatever it is', async ({ assert }) => {
    const headers = [
      [],
      ['muster.terminal'],
      ['muster.terminal', 'ticket.'],
      ['muster.terminal', `ticket.${'a'.repeat(43)}`],
      ['muster.terminal', `ticket.${'a'.repeat(42)}`],
      ['muster.terminal', 'ticket.null'],
      [`ticket.${await takeTicket(owner, server.id)}`, 'muster.terminal'],
      [await takeTicket(owner, server.id)],
    ]
    for (const protocols of headers) {
      assert.equal(await refused(owner, '', { protocols }), 403, protocols.join())
    }
    const ticket = await takeTicket(owner, server.id)
    const path = `/servers/${server.id}/terminal/socket?ticket=${ticket}&ticket[]=${ticket}`
    assert.equal(await refused(owner, '', { path, protocols: ['muster.terminal'] }), 403)
  })

  test('an Origin that is not the panel’s own, or none, is refused before anything else', async ({
    assert,
  }) => {
    const own = new URL(process.env.APP_URL!)
    const others = [
      null,
      '',
      'null',
      'https://evil.example',
      `https://${own.host}`,
      `http://localhost:${own.port}`,
      `http://panel.${own.hostname}:${own.port}`,
      `http://${own.hostname}:${Number(own.port) + 1}`,
      `http://${own.hostname}`,
      `${own.origin}/`,
      `${own.origin}.evil.example`,
      own.origin.toUpperCase(),
    ]
    const ticket = await takeTicket(owner, server.id)
    for (const origin of others) {
      assert.equal(await refused(owner, ticket, { origin }), 403, String(origin))
    }
    const client = await TerminalClient.knock(owner, server.id, ticket)
    assert.instanceOf(client, TerminalClient, 'none of them has used the ticket up')
    if (typeof client !== 'number') await client.drop()
  })

  test('the Origin is where administrators say that people open the panel', async ({ assert }) => {
    const settings = () => PanelSettings.query().where('id', 'panel')
    await settings().update({ baseUrl: 'https://panel.example.com' })
    try {
      const ticket = await takeTicket(owner, server.id)
      assert.equal(await refused(owner, ticket), 403)
      const origin = 'https://panel.example.com'
      const client = await TerminalClient.knock(owner, server.id, ticket, { origin })
      assert.instanceOf(client, TerminalClient)
      if (typeof client !== 'number') await client.drop()
    } finally {
      await settings().update({ baseUrl: null })
    }
  })

  test('those whose role does not carry it get no ticket, no page and no socket', async ({
    assert,
  }) => {
    for (const role of roles) {
      for (const restricted of [false, true]) {
        if (restricted && (role === 'owner' || role === 'admin')) continue
        const visitor = new Visitor()
        await visitor.logIn(await createMember(tenant.team, role, restricted))
        const may = role === 'owner' || role === 'admin'
        const page = await visitor.get(`/servers/${server.id}/terminal`)
        assert.equal(page.status, may ? 200 : 403, role)
        assert.equal((await askTicket(visitor, server.id)).status, may ? 201 : 403, role)
        if (!may) assert.equal(await refused(visitor, 'a'.repeat(43)), 403, role)
      }
    }
  })

  test('S7: someone who has yet to give a second factor is a stranger', async ({ assert }) => {
    const user = await createMember(tenant.team, 'owner')
    await createPasskey(user)
    const visitor = new Visitor()
    await visitor.logIn(user)
    assert.equal((await askTicket(visitor, server.id)).status, 401)
    assert.equal(await refused(visitor, 'a'.repeat(43)), 401)
  })

  test('a ticket is worth nothing once {$self}')
    .with(['the sign-in has ended', 'the person is deactivated', 'they left', 'the role is lower'])
    .run(async ({ assert }, loss) => {
      const user = await createMember(tenant.team, 'admin')
      const visitor = new Visitor()
      await visitor.logIn(user)
      const ticket = await takeTicket(visitor, server.id)
      const member = Membership.query().where('user_id', user.id)
      if (loss === 'the sign-in has ended') {
        await SignIn.query().where('user_id', user.id).update({ endedAt: Date.now() })
      } else if (loss === 'the person is deactivated') {
        await user.merge({ deactivatedAt: DateTime.utc() }).save()
      } else if (loss === 'they left') await member.delete()
      else await member.update({ role: 'deployer' })
      assert.include([401, 403], await refused(visitor, ticket))
    })

  test('a proof that is older than it may be gives no ticket for a new terminal', async ({
    assert,
  }) => {
    const user = await createMember(tenant.team, 'admin')
    const visitor = new Visitor()
    await visitor.logIn(user)
    const long = DateTime.utc().minus({ minutes: 16 }).toMillis()
    await SignIn.query().where('user_id', user.id).update({ confirmedAt: long })
    const response = await askTicket(visitor, server.id)
    assert.equal(response.status, 403)
    assert.include(await response.text(), 'E_CONFIRMATION_NEEDED')
    const page = await visitor.get(`/servers/${server.id}/terminal`)
    assert.equal(page.headers.get('location'), '/confirm')
  })

  test('no other path is upgraded, whatever it answers to', async ({ assert }) => {
    const paths = ['/', '/nothing', '/dashboard', '/health/live', '/terminal', '/servers/x']
    for (const path of [...paths, `/servers/${server.id}/terminal`, '//', '/%ff']) {
      assert.equal(await refused(owner, 'a'.repeat(43), { path }), 404, path)
    }
    const hidden = await refused(owner, 'a'.repeat(43), { path: '/servers/none/terminal/socket' })
    assert.equal(hidden, 404)
  })

  test('an upgrade to anything but a WebSocket is refused, and the line is cut', async ({
    assert,
  }) => {
    const { hostname, port } = new URL(process.env.APP_URL!)
    for (const [method, protocol] of [
      ['GET', 'h2c'],
      ['POST', 'websocket'],
    ]) {
      const socket = connect(Number(port), hostname)
      socket.write(
        `${method} /servers/${server.id}/terminal/socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`
      )
      let text = ''
      socket.on('data', (chunk) => (text += String(chunk)))
      await once(socket, 'close')
      assert.match(text, /^HTTP\/1\.1 400 /)
    }
  })

  test('a refused upgrade is cut off though the client never closes its side', async ({
    assert,
  }) => {
    const { hostname, port, host } = new URL(process.env.APP_URL!)
    for (const path of [`/servers/${server.id}/terminal/socket`, '/nothing']) {
      const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
      socket.on('error', () => {})
      let isCut = false
      socket.once('close', () => (isCut = true))
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${new URL(process.env.APP_URL!).origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`
      )
      socket.resume()
      await once(socket, 'end')
      for (const end = Date.now() + 3000; !isCut && Date.now() < end; await sleep(50)) {
        socket.write('x')
      }
      assert.isTrue(isCut, path)
      socket.destroy()
    }
  })

  test('an upgrade on which nobody decides is cut off', async ({ assert }) => {
    const router = { match: () => ({ route: { name: 'x_sockets.show' } }) }
    const never = () => new Promise<string>(() => {})
    const node = createNodeServer().listen(0)
    new SocketUpgrades({} as never, router as never, never, 200).attach(node)
    await once(node, 'listening')
    const socket = connect((node.address() as AddressInfo).port)
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    const cut = once(socket, 'close').then(() => 'cut')
    socket.resume()
    assert.equal(await Promise.race([cut, sleep(3000)]), 'cut')
    socket.destroy()
    node.close()
  })

  test('plain HTTP is told what to use', async ({ assert }) => {
    const response = await owner.get(`/servers/${server.id}/terminal/socket`)
    assert.equal(response.status, 426)
    assert.equal(response.headers.get('upgrade'), 'websocket')
  })

  test('S2: text that breaks software, as messages, ends the socket and nothing else', async ({
    assert,
  }) => {
    const texts = [...PAYLOADS, ...NOT_STRINGS.map((value) => JSON.stringify(value) ?? '')]
    const batches = Array.from({ length: Math.ceil(texts.length / 12) }, (_, index) =>
      texts.slice(index * 12, index * 12 + 12)
    )
    for (const batch of batches) {
      const visitor = new Visitor()
      await visitor.logIn(tenant.owner)
      await Promise.all(
        batch.map(async (text) => {
          const ticket = await takeTicket(visitor, server.id)
          const client = await TerminalClient.knock(visitor, server.id, ticket)
          if (typeof client === 'number') throw new Error(`refused: ${client}`)
          client.socket.send(text)
          assert.include([1008, 1009], await client.closed, text.slice(0, 50))
        })
      )
    }
    assert.lengthOf(fake.remote.shells, 0)
  })

  test('a message that is out of turn, or larger than any may be, ends the socket', async ({
    assert,
  }) => {
    const open = { type: 'open', columns: 80, rows: 24, offset: 0 }
    const turns: [string | Buffer, number][][] = [
      [[Buffer.from('typed before it is open'), 1008]],
      [[JSON.stringify({ type: 'resize', columns: 80, rows: 24 }), 1008]],
      [[JSON.stringify({ type: 'ack', offset: 0 }), 1008]],
      [[JSON.stringify({ type: 'close' }), 1008]],
      [[Buffer.alloc(70_000), 1009]],
      [['x'.repeat(70_000), 1009]],
    ]
    for (const [[message, code]] of turns) {
      const ticket = await takeTicket(owner, server.id)
      const client = await TerminalClient.knock(owner, server.id, ticket)
      if (typeof client === 'number') throw new Error(`refused: ${client}`)
      client.socket.send(message)
      assert.equal(await client.closed, code)
    }
    for (const message of [open, { type: 'ack', offset: 999_999 }]) {
      const client = await TerminalClient.open(owner, server.id)
      client.say(message)
      assert.equal(await client.closed, 1008)
    }
  })

  test('a session that names another’s sign-in gets nothing', async ({ assert, client }) => {
    const other = await SignIn.query().whereNull('ended_at').whereNot('user_id', tenant.owner.id)
    const response = await client
      .post(`/servers/${server.id}/terminals`)
      .accept('json')
      .withSession({ auth_web: tenant.owner.id, [SIGN_IN_KEY]: other[0].id })
      .withCsrfToken()
    assert.equal(response.status(), 401)
  })

  test('who asks too often is told to wait', async ({ assert }) => {
    const visitor = new Visitor()
    await visitor.logIn(await createMember(tenant.team, 'admin'))
    for (let asked = 0; asked < 20; asked++) await takeTicket(visitor, server.id)
    const response = await askTicket(visitor, server.id)
    assert.equal(response.status, 429)
    assert.include(await response.text(), 'Wait')
  })
})
