import { test } from '@japa/runner'
import { CertificateAuthority } from '#tests/support/certificates'
import { CountingServer } from '#tests/support/counting_server'
import { DnsServer } from '#tests/support/dns_server'
import { egressFailure, gateOf } from '#tests/support/egress'
import { trusting } from '#tests/support/trust'

/** Headers of which none is for a second origin. */
const SECRETS = {
  'authorization': 'Bearer secret-one',
  'cookie': 'id=secret-two',
  'private-token': 'secret-three',
}

test.group('Redirects', (group) => {
  let dns: DnsServer
  /** Allowed, under the names a.test and b.test. */
  let server: CountingServer
  /** Not allowed: 127.0.0.8, the port of the other. */
  let inner: CountingServer

  group.each.setup(async () => {
    dns = await DnsServer.start()
    server = await CountingServer.start({ address: '127.0.0.7' })
    inner = await CountingServer.start({ address: '127.0.0.8', port: server.port })
    for (const name of ['a.test', 'b.test']) dns.answer(name, 'A', ['127.0.0.7'])
    dns.answer('inner.test', 'A', ['127.0.0.8'])
    return async () => {
      await dns.stop()
      await server.stop()
      await inner.stop()
    }
  })

  const gate = () => gateOf({ allow: ['127.0.0.7'], resolve: dns.resolve })
  const start = () => `http://a.test:${server.port}/start`

  /** Lets the server redirect each path that is named here, and answer any other. */
  function redirects(status: number, from: Record<string, string>) {
    server.answer = ({ url }, response) => {
      const location = from[url]?.replace('PORT', String(server.port))
      if (location === undefined) return response.end('arrived')
      response.writeHead(status, { location }).end()
    }
  }

  test('a redirect is the answer unless following was asked for', async ({ assert }) => {
    redirects(302, { '/start': '/end' })
    const { status, headers, url } = await gate().request({ url: start() })
    assert.deepEqual([status, headers.location, url], [302, '/end', start()])
    assert.equal(server.connections, 1)
  })

  test('follows as often as allowed, each time over a new connection', async ({ assert }) => {
    redirects(302, { '/start': 'two', '/two': '//b.test:PORT/end?q#part' })
    const { status, body, url } = await gate().request({ url: start(), redirects: 2 })
    assert.deepEqual([status, body.toString()], [200, 'arrived'])
    assert.equal(url, `http://b.test:${server.port}/end?q#part`)
    assert.deepEqual(
      server.requests.map((request) => request.url),
      ['/start', '/two', '/end?q']
    )
    assert.equal(server.connections, 3)
  })

  test('S5: refuses a redirect to {$self}')
    .with([
      ...['http://127.0.0.8:PORT/', 'http://0x7f000008:PORT/', 'http://2130706440:PORT/'],
      ...['http://inner.test:PORT/', '//inner.test:PORT/', 'http:\\\\127.8:PORT'],
      ...['http://[::ffff:127.0.0.8]:PORT/', 'http://[::1]:PORT/', 'http://127.0.0.1:PORT/'],
      ...['http://169.254.169.254/latest/meta-data/', 'http://[fd00:ec2::254]/latest/meta-data/'],
    ])
    .run(async ({ assert }, location) => {
      redirects(302, { '/start': '/two', '/two': location })
      const error = await egressFailure(gate().request({ url: start(), redirects: 5 }))
      assert.equal(error.code, 'E_EGRESS_REFUSED')
      assert.deepEqual([server.connections, inner.connections], [2, 0])
    })

  test('S5: refuses a redirect to a name that has moved inside since', async ({ assert }) => {
    dns.answer('flips.test', 'A', ['127.0.0.7'], ['127.0.0.8'])
    redirects(302, { '/start': 'http://flips.test:PORT/again', '/again': '/end' })
    const error = await egressFailure(gate().request({ url: start(), redirects: 5 }))
    assert.include(error.message, 'flips.test has the address 127.0.0.8')
    assert.deepEqual([server.connections, inner.connections], [2, 0])
  })

  test('S5: does not follow a redirect to {0}')
    .with([
      ['file:///etc/passwd', /neither http nor https/],
      ['gopher://127.0.0.8:PORT/_x', /neither http nor https/],
      ['ftp://a.test/', /neither http nor https/],
      ['data:text/plain,arrived', /neither http nor https/],
      ['javascript:alert(1)', /neither http nor https/],
      ['http://user:secret-four@a.test:PORT/', /holds a user or password/],
      ['http://a.test:0/', /port 0/],
      ['http://a.test:99999/', /not a URL/],
    ] as const)
    .run(async ({ assert }, [location, says]) => {
      redirects(302, { '/start': location })
      const error = await egressFailure(gate().request({ url: start(), redirects: 5 }))
      assert.equal(error.code, 'E_EGRESS_REDIRECT')
      assert.match(error.message, says)
      assert.notMatch(error.message + error.hint, /secret|passwd/)
      assert.deepEqual([server.connections, inner.connections], [1, 0])
    })

  test('S5: ends a loop of redirects', async ({ assert }) => {
    redirects(307, { '/start': '/two', '/two': '/start' })
    const error = await egressFailure(gate().request({ url: start(), redirects: 3 }))
    assert.equal(error.code, 'E_EGRESS_REDIRECT')
    assert.include(error.message, `a.test:${server.port} redirects once more after 3 redirects.`)
    assert.equal(server.connections, 4)
  })

  test('S5: another {0} is not sent what was meant for the first')
    .with([
      ['host', 'http://b.test:PORT/end'],
      ['spelling of the same address', 'http://127.0.0.7:PORT/end'],
    ] as const)
    .run(async ({ assert }, [, location]) => {
      redirects(302, { '/start': location })
      const headers = { ...SECRETS, 'Accept': 'text/plain', 'user-agent': 'Muster' }
      await gate().request({ url: start(), headers, redirects: 1 })
      assert.deepInclude(server.requests[0].headers, SECRETS)
      const { host, connection, ...sent } = server.requests[1].headers
      assert.deepEqual(sent, { 'accept': 'text/plain', 'user-agent': 'Muster' })
    })

  test('S5: what was held back stays held back on the way home', async ({ assert }) => {
    redirects(302, { '/start': 'http://b.test:PORT/two', '/two': 'http://a.test:PORT/end' })
    await gate().request({ url: start(), headers: SECRETS, redirects: 2 })
    const { headers } = server.requests[2]
    assert.equal(headers.host, `a.test:${server.port}`)
    for (const name of Object.keys(SECRETS)) assert.notProperty(headers, name)
  })

  test('the same origin is sent the headers again', async ({ assert }) => {
    redirects(302, { '/start': '/end' })
    await gate().request({ url: start(), headers: SECRETS, redirects: 1 })
    assert.deepInclude(server.requests[1].headers, SECRETS)
  })

  test('{0} after {1} becomes {2}')
    .with([
      [301, 'POST', 'GET'],
      [302, 'POST', 'GET'],
      [303, 'POST', 'GET'],
      [303, 'PUT', 'GET'],
      [303, 'HEAD', 'HEAD'],
      [302, 'PUT', 'PUT'],
      [307, 'POST', 'POST'],
      [308, 'PATCH', 'PATCH'],
    ] as const)
    .run(async ({ assert }, [status, method, then]) => {
      redirects(status, { '/start': '/end' })
      const headers = { ...SECRETS, 'content-type': 'application/json' }
      const body = method === 'HEAD' ? undefined : '{"key":"value"}'
      await gate().request({ method, url: start(), headers, body, redirects: 1 })
      const [first, second] = server.requests
      assert.deepEqual([first.method, second.method], [method, then])
      assert.equal(second.body, method === then && body ? body : '')
      assert.equal('content-type' in second.headers, method === then)
      assert.deepInclude(second.headers, SECRETS)
    })

  test('S5: no content goes to another origin after {$self}')
    .with([307, 308])
    .run(async ({ assert }, status) => {
      redirects(status, { '/start': 'http://b.test:PORT/end' })
      const request = { method: 'POST', url: start(), body: 'secret-five', redirects: 1 } as const
      const error = await egressFailure(gate().request(request))
      assert.equal(error.code, 'E_EGRESS_REDIRECT')
      assert.include(error.message, `to b.test:${server.port}, which would be sent the content too`)
      assert.equal(server.connections, 1)
    })

  test('S5: does not follow from https to http', async ({ assert }) => {
    const authority = new CertificateAuthority('Test authority')
    const tls = authority.issue({ names: ['a.test'] })
    const secure = await CountingServer.start({ address: '127.0.0.7', tls })
    secure.answer = (_request, response) =>
      response.writeHead(302, { location: `http://a.test:${server.port}/end` }).end()
    try {
      const request = () =>
        gate().request({ url: `https://a.test:${secure.port}/`, headers: SECRETS, redirects: 1 })
      const error = await trusting(authority, () => egressFailure(request()))
      assert.equal(error.code, 'E_EGRESS_REDIRECT')
      assert.include(error.message, 'from https to http')
      assert.deepEqual([secure.requests.length, server.connections], [1, 0])
    } finally {
      await secure.stop()
    }
  })

  test('an answer that only looks like a redirect is an answer')
    .with([
      [300, '/end'],
      [304, '/end'],
      [302, undefined],
    ] as const)
    .run(async ({ assert }, [status, location]) => {
      server.answer = (_request, response) =>
        response.writeHead(status, location ? { location } : {}).end()
      const answer = await gate().request({ url: start(), redirects: 1 })
      assert.equal(answer.status, status)
      assert.equal(server.connections, 1)
    })
})
