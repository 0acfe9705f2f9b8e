import { test } from '@japa/runner'
import { CountingServer } from '#tests/support/counting_server'
import { DnsServer } from '#tests/support/dns_server'
import { egressFailure, gateOf, policyOf, socketsOpenedBy } from '#tests/support/egress'
import { OutgoingHttp } from '#engine/egress/outgoing_http'

/** Ways to write an address of this machine; each reaches it when it is allowed. */
const THIS_MACHINE = [
  ...['127.0.0.1', '127.1', '127.0.1', '127.0.0.1.', '2130706433', '0x7f000001', '0x7f.1'],
  ...['0177.0.0.1', '017700000001', '0x7f.0.0.0x1', '%31%32%37.0.0.1', '127。0。0。1'],
  ...['１２７.０.０.１', '⑫7.1', '0', '0.0.0.0', '0x0'],
]

/** Ways to write other addresses that are nobody else's business. */
const INSIDE: [host: string, address: string][] = [
  ['169.254.169.254', '169.254.169.254'],
  ['2852039166', '169.254.169.254'],
  ['0xa9fea9fe', '169.254.169.254'],
  ['10.0.0.5', '10.0.0.5'],
  ['0300.0250.0.1', '192.168.0.1'],
  ['[::1]', '::1'],
  ['[0:0:0:0:0:0:0:1]', '::1'],
  ['[::]', '::'],
  ['[::ffff:127.0.0.1]', '::ffff:7f00:1'],
  ['[::ffff:a9fe:a9fe]', '::ffff:a9fe:a9fe'],
  ['[::127.0.0.1]', '::7f00:1'],
  ['[64:ff9b::127.0.0.1]', '64:ff9b::7f00:1'],
  ['[2002:7f00:1::]', '2002:7f00:1::'],
  ['[fe80::1]', 'fe80::1'],
  ['[fd00:ec2::254]', 'fd00:ec2::254'],
]

/** What everyone can reach; the tests never get as far as connecting to it. */
const PUBLIC = ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c']

test.group('Refused addresses', (group) => {
  let dns: DnsServer
  /** Listens on every address of IPv4 that this machine has. */
  let server: CountingServer

  group.each.setup(async () => {
    dns = await DnsServer.start()
    server = await CountingServer.start({ address: '0.0.0.0' })
    return async () => {
      await dns.stop()
      await server.stop()
    }
  })

  /** Requests a host through a gate, which has to refuse before it opens any socket. */
  async function refusal(gate: OutgoingHttp, host: string) {
    let error: Awaited<ReturnType<typeof egressFailure>>
    const sockets = await socketsOpenedBy(async () => {
      error = await egressFailure(gate.request({ url: `http://${host}:${server.port}/` }))
    })
    return { error: error!, connections: server.connections, sockets: sockets.length }
  }

  test('S5: refuses this machine written {$self}, which leads there once allowed')
    .with(THIS_MACHINE)
    .run(async ({ assert }, host) => {
      const { error, connections, sockets } = await refusal(gateOf(), host)
      assert.equal(error.code, 'E_EGRESS_REFUSED')
      assert.deepEqual([connections, sockets], [0, 0])
      const allowed = gateOf({ allow: ['127.0.0.0/8', '0.0.0.0/8'] })
      const { body } = await allowed.request({ url: `http://${host}:${server.port}/` })
      assert.equal(body.toString(), 'reached')
      assert.equal(server.connections, 1)
    })

  test('S5: refuses the address {0}')
    .with(INSIDE)
    .run(async ({ assert }, [host, address]) => {
      const { error, connections, sockets } = await refusal(gateOf(), host)
      assert.equal(error.code, 'E_EGRESS_REFUSED')
      assert.isTrue(error.message.startsWith(`${address} belongs to `), error.message)
      assert.deepEqual([connections, sockets], [0, 0])
    })

  test('S5: refuses a name that the resolver of the system takes for this machine', async ({
    assert,
  }) => {
    const { error, connections, sockets } = await refusal(gateOf(), 'localhost')
    assert.equal(error.code, 'E_EGRESS_REFUSED')
    assert.match(error.message, /^localhost has the address (127\.0\.0\.1|::1), which belongs to /)
    assert.deepEqual([connections, sockets], [0, 0])
  })

  test('S5: says which name has which address, and who may allow it', async ({ assert }) => {
    dns.answer('git.test', 'A', ['10.0.0.5'])
    const { error } = await refusal(gateOf(dns), 'git.test')
    assert.equal(
      error.message,
      'git.test has the address 10.0.0.5, which belongs to 10.0.0.0/8 (private use). The panel makes no connections there.'
    )
    assert.include(error.hint, 'administrator may allow it')
  })

  test('S5: refuses a host with one public and one inner address, in any order')
    .with([
      { A: [PUBLIC[0], '127.0.0.1'], AAAA: [] },
      { A: ['127.0.0.1', PUBLIC[0]], AAAA: [] },
      { A: [PUBLIC[0]], AAAA: ['::1'] },
      { A: ['127.0.0.1'], AAAA: [PUBLIC[1]] },
      { A: [PUBLIC[0]], AAAA: [PUBLIC[1], '::ffff:127.0.0.1'] },
    ])
    .run(async ({ assert }, { A, AAAA }) => {
      dns.answer('mixed.test', 'A', A)
      dns.answer('mixed.test', 'AAAA', AAAA)
      const { error, connections, sockets } = await refusal(gateOf(dns), 'mixed.test')
      assert.equal(error.code, 'E_EGRESS_REFUSED')
      assert.deepEqual([connections, sockets], [0, 0])
    })

  test('S5: refuses an alias of an alias that ends inside', async ({ assert }) => {
    dns.answer('www.test', 'CNAME', ['cdn.test'])
    dns.answer('cdn.test', 'CNAME', ['inside.test'])
    dns.answer('inside.test', 'A', ['127.0.0.1'])
    const { error, connections, sockets } = await refusal(gateOf(dns), 'www.test')
    assert.include(error.message, 'www.test has the address 127.0.0.1')
    assert.deepEqual([connections, sockets], [0, 0])
  })

  test('S5: an alias of an allowed name is not that name', async ({ assert }) => {
    dns.answer('alias.test', 'CNAME', ['git.internal'])
    dns.answer('git.internal', 'A', ['10.0.0.5'])
    const gate = gateOf({ allow: ['git.internal'], resolve: dns.resolve })
    const { error, sockets } = await refusal(gate, 'alias.test')
    assert.equal(error.code, 'E_EGRESS_REFUSED')
    assert.equal(sockets, 0)
  })

  test('S5: connects to the address it checked, not to what DNS says a moment later', async ({
    assert,
  }) => {
    const allowed = await CountingServer.start({ address: '127.0.0.7' })
    const inner = await CountingServer.start({ address: '127.0.0.8', port: allowed.port })
    try {
      dns.answer('flips.test', 'A', ['127.0.0.7'], ['127.0.0.8'])
      const gate = gateOf({ allow: ['127.0.0.7'], resolve: dns.resolve })
      const request = () => gate.request({ url: `http://flips.test:${allowed.port}/` })

      assert.equal((await request()).address, '127.0.0.7')
      assert.sameMembers(dns.questions, ['A flips.test', 'AAAA flips.test'])
      assert.include((await egressFailure(request())).message, '127.0.0.8')
      assert.equal((await request()).address, '127.0.0.7')
      assert.deepEqual([allowed.connections, inner.connections], [2, 0])
    } finally {
      await allowed.stop()
      await inner.stop()
    }
  })

  test('S5: refuses whatever a resolver gives that is no address', async ({ assert }) => {
    for (const address of ['localhost', '127.1', '']) {
      const gate = gateOf({ allow: ['127.0.0.0/8'], resolve: async () => [{ address }] })
      const { error, connections, sockets } = await refusal(gate, 'odd.test')
      assert.equal(error.code, 'E_EGRESS_REFUSED')
      assert.deepEqual([connections, sockets], [0, 0])
    }
  })

  test('S5: makes no request while the policy cannot be read', async ({ assert }) => {
    const unread = new Error('The settings cannot be read.')
    const gate = new OutgoingHttp({ policy: () => Promise.reject(unread), resolve: dns.resolve })
    const outcome = await gate
      .request({ url: `http://127.0.0.1:${server.port}/` })
      .catch((error: unknown) => error)
    assert.strictEqual(outcome, unread)
    assert.equal(server.connections, 0)
  })

  test('asks for the policy each time, so that a change holds from the next request on', async ({
    assert,
  }) => {
    let policy = policyOf('127.0.0.0/8')
    const gate = new OutgoingHttp({ policy: () => policy })
    await gate.request({ url: `http://127.0.0.1:${server.port}/` })
    policy = policyOf()
    assert.equal((await refusal(gate, '127.0.0.1')).error.code, 'E_EGRESS_REFUSED')
    assert.equal(server.connections, 1)
  })
})
