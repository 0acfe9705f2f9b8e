import { execFile } from 'node:child_process'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { Readable, pipeline } from 'node:stream'
import { promisify } from 'node:util'
import app from '@adonisjs/core/services/app'
import { test } from '@japa/runner'
import { type OutgoingRequest } from '#engine/egress/outgoing_http'
import { CountingServer } from '#tests/support/counting_server'
import { DnsServer } from '#tests/support/dns_server'
import { egressFailure, gateOf, socketsOpenedBy } from '#tests/support/egress'

const BAD_URLS: [url: string, says: RegExp][] = [
  ['', /not a URL/],
  ['git.test/secret', /not a URL/],
  ['http://', /not a URL/],
  ['http://git.test:65536/secret', /not a URL/],
  ['http://1.2.3.4.5/secret', /not a URL/],
  ['http://[::1%25eth0]/secret', /not a URL/],
  ['file:///secret', /neither http nor https/],
  ['gopher://git.test/secret', /neither http nor https/],
  ['ws://git.test/secret', /neither http nor https/],
  ['unix:/secret', /neither http nor https/],
  ['http://user:secret@git.test/', /user or password/],
  ['http://secret@git.test/', /user or password/],
  ['https://:secret@git.test/', /user or password/],
  ['http://git.test:0/secret', /port 0/],
]

/** What servers that speak no HTTP say, and what is told of it. */
const ODD_ANSWERS: [title: string, answer: string, code: string, says: RegExp][] = [
  ['something else', 'SSH-2.0-OpenSSH secret\r\n', 'E_EGRESS_CONNECT', /not HTTP/],
  ['nothing', '', 'E_EGRESS_CONNECT', /before its answer was complete/],
  [
    'another protocol',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: secret\r\n\r\nsecret',
    'E_EGRESS_CONNECT',
    /before its answer was complete/,
  ],
  [
    'half an answer',
    'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsecret',
    'E_EGRESS_CONNECT',
    /before its answer was complete/,
  ],
  [
    'headers without end',
    `HTTP/1.1 200 OK\r\nx: ${'secret'.repeat(20_000)}`,
    'E_EGRESS_TOO_LARGE',
    /the headers of its answer/,
  ],
]

function* endless() {
  while (true) yield Buffer.alloc(65_536)
}

test.group('OutgoingHttp', (group) => {
  let dns: DnsServer
  let server: CountingServer

  group.each.setup(async () => {
    dns = await DnsServer.start()
    dns.answer('git.test', 'A', ['127.0.0.1'])
    server = await CountingServer.start()
    return async () => {
      await dns.stop()
      await server.stop()
    }
  })

  const gate = () => gateOf({ allow: ['127.0.0.0/8'], resolve: dns.resolve })

  const request = (asked: Partial<OutgoingRequest> = {}) =>
    gate().request({ url: `http://git.test:${server.port}/path?key=secret`, ...asked })

  /** A server that sends one text to whoever has spoken, and hangs up. */
  async function saying(text: string) {
    const raw = net.createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(text))
    })
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve))
    return { port: (raw.address() as AddressInfo).port, stop: () => raw.close() }
  }

  test('brings back status, headers and body, whatever the status')
    .with([200, 404, 500])
    .run(async ({ assert }, status) => {
      server.answer = (_request, response) =>
        response.writeHead(status, { 'X-Kind': 'test' }).end(Buffer.from([0, 255, 1]))
      const answer = await request()
      assert.deepEqual([answer.status, answer.headers['x-kind']], [status, 'test'])
      assert.deepEqual([...answer.body], [0, 255, 1])
      assert.equal(answer.url, `http://git.test:${server.port}/path?key=secret`)
      assert.equal(answer.address, '127.0.0.1')
    })

  test('sends {$self} with its headers and its whole body')
    .with(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)
    .run(async ({ assert }, method) => {
      const body = 'ü'.repeat(100_000)
      await request({ method, headers: { 'X-Token': 'secret' }, body })
      const [{ url, headers, ...received }] = server.requests
      assert.isTrue(received.body === body)
      assert.deepEqual([received.method, url], [method, '/path?key=secret'])
      assert.deepInclude(headers, {
        'host': `git.test:${server.port}`,
        'x-token': 'secret',
        'content-length': '200000',
      })
    })

  test('opens a connection for each request, and leaves none open', async ({ assert }) => {
    const sockets = await socketsOpenedBy(async () => {
      await request()
      await request({ url: `http://127.0.0.1:${server.port}/` })
    })
    assert.equal(server.connections, 2)
    await Promise.all(sockets.map((socket) => socket.closed || once(socket, 'close')))
    assert.deepEqual(
      server.requests.map(({ headers }) => headers.connection),
      ['close', 'close']
    )
  })

  test('hangs up on a server that answers but takes no more of what it is sent', async ({
    assert,
    cleanup,
  }) => {
    const raw = net.createServer((socket) => {
      socket.pause().on('error', () => {})
      socket.write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n')
      cleanup(() => void socket.destroy())
    })
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve))
    cleanup(() => void raw.close())
    const { port } = raw.address() as AddressInfo
    const sockets = await socketsOpenedBy(async () => {
      const body = Buffer.alloc(64 * 1024 * 1024)
      const { status } = await request({ method: 'POST', url: `http://git.test:${port}/`, body })
      assert.equal(status, 413)
    })
    assert.isTrue(sockets[0].destroyed)
  })

  test('goes on to the next checked address when one does not answer', async ({ assert }) => {
    dns.answer('git.test', 'A', ['127.0.0.9', '127.0.0.1'])
    assert.equal((await request()).address, '127.0.0.1')
  })

  test('S5: refuses the URL {0}')
    .with(BAD_URLS)
    .run(async ({ assert }, [url, says]) => {
      const error = await egressFailure(request({ url }))
      assert.equal(error.code, 'E_EGRESS_URL')
      assert.match(error.message, says)
      assert.notInclude(error.message + error.hint, 'secret')
      assert.deepEqual(dns.questions, [])
    })

  test('S5: refuses a request with {0}')
    .with([
      ['a Host header', { headers: { Host: 'inner.test' } }],
      ['a length of its own', { headers: { 'Content-Length': '1' } }],
      ['a transfer coding', { headers: { 'transfer-encoding': 'chunked' } }],
      ['an upgrade', { headers: { Upgrade: 'websocket' } }],
      ['a login for a proxy', { headers: { 'Proxy-Authorization': 'secret' } }],
      ['a line break in a header', { headers: { 'x-a': 'secret\r\nx-b: secret' } }],
      ['a header that is none', { headers: { 'x a': 'secret' } }],
      ['the method CONNECT', { method: 'CONNECT' as 'GET' }],
      ['a method that is none', { method: 'GET /secret' as 'GET' }],
    ] satisfies [string, Partial<OutgoingRequest>][])
    .run(async ({ assert }, [, asked]) => {
      const error = await egressFailure(request(asked))
      assert.equal(error.code, 'E_EGRESS_REQUEST')
      assert.notInclude(error.message + error.hint, 'secret')
      assert.equal(server.connections, 0)
    })

  test('takes a body up to its limit and not a byte more', async ({ assert }) => {
    server.answer = (_request, response) => response.end('x'.repeat(1000))
    assert.lengthOf((await request({ maxBytes: 1000 })).body, 1000)
    const error = await egressFailure(request({ maxBytes: 999 }))
    assert.equal(error.code, 'E_EGRESS_TOO_LARGE')
    assert.include(error.message, 'over 999 bytes')
  })

  test('S5: hangs up on an answer without end', async ({ assert }) => {
    const hungUp = new Promise<void>((resolve) => {
      server.answer = (_request, response) => {
        response.on('close', resolve)
        pipeline(Readable.from(endless()), response, () => {})
      }
    })
    const error = await egressFailure(request())
    assert.equal(error.code, 'E_EGRESS_TOO_LARGE')
    await hungUp
  })

  test('S5: gives up on {0}')
    .with([
      ['a server that says nothing', () => {}],
      [
        'a server that never comes to an end',
        (_request, response) => {
          const drip = setInterval(() => response.write('.'), 10)
          response.on('close', () => clearInterval(drip))
        },
      ],
      [
        'redirects that take their time',
        ({ url }, response) => {
          setTimeout(() => response.writeHead(302, { location: `${url}.` }).end(), 20)
        },
      ],
    ] satisfies [string, CountingServer['answer']][])
    .run(async ({ assert }, [, answer]) => {
      server.answer = answer
      const error = await egressFailure(request({ timeoutMs: 300, redirects: 1_000_000 }))
      assert.equal(error.code, 'E_EGRESS_TIMEOUT')
      assert.equal(error.message, `git.test:${server.port} did not answer in full within 0.3 s.`)
    })

  test('S5: gives up on a resolver that never answers', async ({ assert }) => {
    const waiting = gateOf({ resolve: () => new Promise(() => {}) })
    const error = await egressFailure(waiting.request({ url: 'http://git.test/', timeoutMs: 50 }))
    assert.equal(error.code, 'E_EGRESS_TIMEOUT')
  })

  test('stops when its caller gives up, before and while it waits', async ({ assert }) => {
    const early = AbortSignal.abort(new Error('early'))
    await assert.rejects(() => request({ signal: early }), 'early')
    assert.equal(server.connections, 0)
    const caller = new AbortController()
    server.answer = () => caller.abort(new Error('late'))
    await assert.rejects(() => request({ signal: caller.signal }), 'late')
  })

  test('tells of a server that answers {0}')
    .with(ODD_ANSWERS)
    .run(async ({ assert, cleanup }, [, answer, code, says]) => {
      const raw = await saying(answer)
      cleanup(() => void raw.stop())
      const error = await egressFailure(request({ url: `http://git.test:${raw.port}/?key=secret` }))
      assert.equal(error.code, code)
      assert.match(error.message, says)
      assert.include(error.message, `git.test:${raw.port}`)
      assert.notInclude(error.message + error.hint, 'secret')
      assert.isUndefined(error.cause)
    })

  test('tells why it cannot connect', async ({ assert }) => {
    await server.stop()
    const { port } = server
    const refused = await egressFailure(request({ url: `http://git.test:${port}/?key=secret` }))
    assert.equal(refused.code, 'E_EGRESS_CONNECT')
    assert.equal(refused.message, `Cannot connect to git.test:${port}: connection refused.`)

    dns.answer('two.test', 'A', ['127.0.0.8', '127.0.0.9'])
    const both = await egressFailure(request({ url: `http://two.test:${port}/` }))
    assert.include(both.message, 'connection refused')

    dns.answer('empty.test', 'A', [])
    for (const host of ['nobody.test', 'empty.test']) {
      const unknown = await egressFailure(request({ url: `http://${host}/?key=secret` }))
      assert.equal(unknown.message, `Cannot connect to ${host}: the name is not known to DNS.`)
    }
  })

  test('S5: takes no proxy from the environment', async ({ assert, cleanup }) => {
    const proxy = await CountingServer.start()
    cleanup(() => proxy.stop())
    const address = `http://127.0.0.1:${proxy.port}`
    const script = `
      const { OutgoingHttp } = await import('#engine/egress/outgoing_http')
      const { EgressPolicy } = await import('#engine/egress/policy')
      const { parseEgressAllowList } = await import('#engine/egress/allow_list')
      const policy = new EgressPolicy(parseEgressAllowList('127.0.0.0/8').entries)
      const gate = new OutgoingHttp({ policy: () => policy, resolve: async () => [{ address: '127.0.0.1' }] })
      await gate.request({ url: 'http://git.test:${server.port}/gate' })
      await fetch('http://git.test:${server.port}/fetch')
    `
    await promisify(execFile)(
      process.execPath,
      ['--import=@poppinss/ts-exec', '--input-type=module', '--eval', script],
      {
        cwd: app.makePath(),
        env: {
          ...process.env,
          NODE_USE_ENV_PROXY: '1',
          HTTP_PROXY: address,
          http_proxy: address,
          NO_PROXY: '',
          no_proxy: '',
        },
      }
    )
    assert.deepEqual(
      server.requests.map(({ url }) => url),
      ['/gate']
    )
    assert.equal(proxy.connections, 1)
  })
})
