import { test } from '@japa/runner'
import { CertificateAuthority, type ServerCertificate } from '#tests/support/certificates'
import { CountingServer } from '#tests/support/counting_server'
import { DnsServer } from '#tests/support/dns_server'
import { egressFailure, gateOf } from '#tests/support/egress'
import { trusting } from '#tests/support/trust'

const TRUSTED = new CertificateAuthority('Trusted')
const STRANGER = new CertificateAuthority('Stranger')

const REFUSED: { title: string; tls: ServerCertificate; says: RegExp; hint: RegExp }[] = [
  {
    title: 'for another name',
    tls: TRUSTED.issue({ names: ['other.test'] }),
    says: /for another name/,
    hint: /name that the certificate is for/,
  },
  {
    title: 'that has expired',
    tls: TRUSTED.issue({ names: ['git.test'], valid: [-3, -1] }),
    says: /has expired/,
    hint: /renew/,
  },
  {
    title: 'that is not valid yet',
    tls: TRUSTED.issue({ names: ['git.test'], valid: [1, 3] }),
    says: /not valid yet/,
    hint: /clock/,
  },
  {
    title: 'that vouches for itself',
    tls: CertificateAuthority.selfSigned('git.test'),
    says: /no authority that this machine trusts/,
    hint: /NODE_EXTRA_CA_CERTS/,
  },
  {
    title: 'of an authority that is not trusted',
    tls: STRANGER.issue({ names: ['git.test'] }),
    says: /no authority that this machine trusts/,
    hint: /NODE_EXTRA_CA_CERTS/,
  },
]

test.group('Certificates', (group) => {
  let dns: DnsServer

  group.each.setup(async () => {
    dns = await DnsServer.start()
    dns.answer('git.test', 'A', ['127.0.0.1'])
    return () => dns.stop()
  })

  /** What a gate makes of a server with this certificate, with one authority trusted. */
  async function meeting<T>(tls: ServerCertificate, act: (server: CountingServer) => Promise<T>) {
    const server = await CountingServer.start({ tls })
    try {
      return await trusting(TRUSTED, () => act(server))
    } finally {
      await server.stop()
    }
  }

  const request = (url: string) =>
    gateOf({ allow: ['127.0.0.0/8'], resolve: dns.resolve }).request({ url })

  test('accepts a certificate for the name, and asks for that name')
    .with(['git.test', 'git.test.', 'GIT.test'])
    .run(async ({ assert }, host) => {
      await meeting(TRUSTED.issue({ names: ['git.test'] }), async (server) => {
        const { body, address } = await request(`https://${host}:${server.port}/`)
        assert.deepEqual([body.toString(), address], ['reached', '127.0.0.1'])
        const [{ headers, servername }] = server.requests
        assert.equal(headers.host, `${host.toLowerCase()}:${server.port}`)
        assert.equal(servername, 'git.test')
      })
    })

  test('S5: refuses a certificate {title}')
    .with(REFUSED)
    .run(async ({ assert }, { tls, says, hint }) => {
      await meeting(tls, async (server) => {
        const error = await egressFailure(request(`https://git.test:${server.port}/`))
        assert.equal(error.code, 'E_EGRESS_TLS')
        assert.match(error.message, says)
        assert.match(error.hint, hint)
        assert.deepEqual(server.requests, [])
      })
    })

  test('S5: refuses a certificate of a name where an address was asked for', async ({ assert }) => {
    await meeting(TRUSTED.issue({ names: ['git.test'] }), async (server) => {
      const error = await egressFailure(request(`https://127.0.0.1:${server.port}/`))
      assert.match(error.message, /for another name/)
      assert.deepEqual(server.requests, [])
    })
  })

  test('S5: refuses it although the environment turns verification off', async ({
    assert,
    cleanup,
  }) => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    cleanup(() => void delete process.env.NODE_TLS_REJECT_UNAUTHORIZED)
    await meeting(STRANGER.issue({ names: ['git.test'] }), async (server) => {
      const error = await egressFailure(request(`https://git.test:${server.port}/`))
      assert.equal(error.code, 'E_EGRESS_TLS')
      assert.deepEqual(server.requests, [])
    })
  })

  test('says so when a port does not speak TLS', async ({ assert, cleanup }) => {
    const server = await CountingServer.start()
    cleanup(() => server.stop())
    const error = await egressFailure(request(`https://git.test:${server.port}/`))
    assert.equal(error.code, 'E_EGRESS_TLS')
    assert.include(error.message, `git.test:${server.port} was not trusted`)
    assert.include(error.hint, 'TLS')
  })
})
