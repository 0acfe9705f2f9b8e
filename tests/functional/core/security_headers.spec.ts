import type { Assert } from '@japa/assert'
import { test } from '@japa/runner'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { Panel } from '#tests/support/panel'
import { acceptableFields, allRoutes, isApi, pathOf } from '#tests/support/route_catalogue'
import {
  createBelongings,
  createTenant,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

function assertGuarded(assert: Assert, headers: Record<string, string>, page: string) {
  assert.equal(headers['x-frame-options'], 'DENY')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  const policy = headers['content-security-policy'] ?? ''
  for (const directive of [
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ]) {
    assert.include(policy, directive)
  }
  assert.notMatch(policy, /unsafe-inline|unsafe-eval|\*/)
  const nonce = /script-src[^;]*'nonce-([^']+)'/.exec(policy)?.[1]
  assert.isString(nonce)
  for (const [tag] of page.matchAll(/<script(?![^>]*type="application\/json")[^>]*>/g)) {
    if (!/\ssrc="\//.test(tag)) assert.include(tag, `nonce="${nonce}"`)
  }
}

test.group('Security headers', (group) => {
  let tenant: Tenant
  let belongings: Belongings

  group.setup(async () => {
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
  })
  group.each.setup(() => swapServerRemotes()[1])

  test('guard GET {pattern}')
    .with(() => allRoutes().filter(({ method, name }) => method === 'GET' && name !== 'home'))
    .run(async ({ assert, client }, route) => {
      const path =
        route.name === 'run_events.index'
          ? `/runs/${belongings.run.id}/events`
          : pathOf(route, belongings)
      const request = client.get(path).redirects(0).accept('text/html')
      if (route.need !== 'guest') request.loginAs(tenant.owner)
      const response = await request
      assertGuarded(assert, response.headers(), response.text() ?? '')
    })

  test('guard the pages that report errors', async ({ assert, client }) => {
    const { createMember } = await import('#tests/support/tenants')
    const viewer = await createMember(tenant.team, 'viewer')
    const answers = [
      { status: 404, request: client.get('/servers/01ARZ3NDEKTSV4RRFFQ69G5FAV').loginAs(viewer) },
      { status: 403, request: client.get('/servers/new').loginAs(viewer) },
      { status: 419, request: client.post('/servers').loginAs(viewer) },
    ]
    for (const { status, request } of answers) {
      const response = await request.redirects(0).accept('text/html')
      assert.equal(response.status(), status)
      assertGuarded(assert, response.headers(), response.text())
    }
  })

  test('give every page a nonce of its own', async ({ assert, client }) => {
    const nonceOf = async () => {
      const response = await client.get('/login')
      return /'nonce-([^']+)'/.exec(response.header('content-security-policy')!)?.[1]
    }
    const first = await nonceOf()
    assert.isString(first)
    assert.notEqual(first, await nonceOf())
  })

  test('tell nobody what the panel is made with', async ({ assert, client }) => {
    const response = await client.get('/login')
    assert.notProperty(response.headers(), 'x-powered-by')
    assert.notProperty(response.headers(), 'server')
  })
})

test.group('Forms from elsewhere', (group) => {
  let tenant: Tenant
  let belongings: Belongings

  group.setup(async () => {
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
  })
  group.each.setup(() => swapServerRemotes()[1])

  test('are refused at {method} {pattern}')
    .with(() =>
      allRoutes().filter(
        (route) => route.method !== 'GET' && !isApi(route) && route.need !== 'signature'
      )
    )
    .run(async ({ assert, client }, route) => {
      const before = await databaseSnapshot()
      for (const header of [undefined, 'no-token-at-all']) {
        const request = client.request(pathOf(route, belongings), route.method)
        request.redirects(0).accept('text/html').loginAs(tenant.owner)
        request.unsafeForm(acceptableFields(route, belongings))
        if (header) request.header('x-csrf-token', header)
        const response = await request
        response.assertStatus(419)
        assert.include(response.text(), 'expired')
      }
      assert.deepEqual(await databaseSnapshot(), before)
    })

  test('are refused with the token of another session', async ({ assert }) => {
    const victim = new Visitor()
    await belongings.passkey.delete()
    await victim.logIn(tenant.owner)
    const attacker = new Visitor()
    const login = await attacker.get('/login')
    const token = /name=["']_csrf["'] value=["']([^"']+)/.exec(await login.text())![1]
    const response = await victim.postWithout('/logout', { _csrf: token })
    assert.equal(response.status, 419)
    const dashboard = await victim.get('/dashboard')
    assert.equal(dashboard.status, 200)
  })

  test('are refused though their body says that they only read ({$self})')
    .with(['GET', 'head', 'OPTIONS', 'x'])
    .run(async ({ assert }, method) => {
      const victim = new Visitor()
      await victim.logIn((await createTenant()).owner)
      const response = await victim.postWithout('/logout', { _method: method })
      assert.equal(response.status, 419)
      const dashboard = await victim.get('/dashboard')
      assert.equal(dashboard.status, 200)
    })

  test('leave a browser that brings no session without one: {$self}')
    .with(['/logout', '/login', '/login?_method=GET', '/projects?_method=DELETE', '/no-such-page'])
    .run(async ({ assert }, path) => {
      const response = await fetch(`${process.env.APP_URL}${path}`, {
        method: 'POST',
        redirect: 'manual',
        headers: { accept: 'text/html', cookie: 'theme=dark' },
        body: new URLSearchParams({ email: tenant.owner.email }),
      })
      assert.deepEqual(response.headers.getSetCookie(), [])
      assert.include([404, 419], response.status)
      assertGuarded(assert, Object.fromEntries(response.headers), await response.text())
    })
})

test.group('Cookies', (group) => {
  group.tap((each) => each.timeout(90_000))

  test('are secure exactly when people reach the panel by https', async ({ assert }) => {
    for (const [url, secure] of [
      ['https://panel.example.com', true],
      ['http://panel.example.com', false],
    ] as const) {
      await using panel = await Panel.start({ environment: { APP_URL: url } })
      const response = await fetch(`${panel.url}/login`)
      const cookies = response.headers.getSetCookie()
      assert.isAbove(cookies.length, 0)
      for (const cookie of cookies) {
        assert.equal(/;\s*secure/i.test(cookie), secure, cookie)
        assert.match(cookie, /;\s*httponly/i)
        assert.match(cookie, /;\s*samesite=lax/i)
      }
      assert.equal(response.headers.has('strict-transport-security'), secure)
    }
  })
})
