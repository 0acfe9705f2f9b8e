import { request } from 'node:http'
import { test } from '@japa/runner'
import limiter from '@adonisjs/limiter/services/main'
import { createTenant, createUser, PASSWORD, type Tenant } from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

/** Asks for a path exactly as written, which fetch would tidy up; gives the session's cookies. */
function askRaw(path: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(process.env.APP_URL!)
    const asked = request({ hostname, port, path, headers: { accept: 'text/html' } })
    asked.once('error', reject)
    asked.once('response', (response) => {
      response.resume()
      const lines = response.headers['set-cookie'] ?? []
      response.once('end', () => resolve(lines.map((line) => line.split(';')[0])))
    })
    asked.end()
  })
}

test.group('Session', (group) => {
  let tenant: Tenant

  group.setup(async () => {
    tenant = await createTenant()
  })
  group.each.setup(() => limiter.clear())

  test('begins with the right password, whatever the case of the address', async ({ assert }) => {
    const visitor = new Visitor()
    const response = await visitor.logIn({ email: tenant.owner.email.toUpperCase() })
    assert.equal(response.status, 302)
    assert.equal(response.headers.get('location'), '/dashboard')
    const dashboard = await visitor.get('/dashboard')
    assert.equal(dashboard.status, 200)
  })

  test('has another identifier after logging in', async ({ assert }) => {
    const visitor = new Visitor()
    await visitor.get('/login')
    const before = visitor.cookie('muster_session')
    await visitor.logIn(tenant.owner)
    assert.isDefined(before)
    assert.notEqual(visitor.cookie('muster_session'), before)
  })

  test('says the same to a wrong password and to an unknown person', async ({ assert }) => {
    const pages = []
    for (const email of [tenant.owner.email, 'nobody@example.com']) {
      const visitor = new Visitor()
      const refused = await visitor.logIn({ email }, 'the wrong password')
      assert.equal(refused.headers.get('location'), '/login')
      const page = await visitor.get('/login')
      pages.push(await page.text())
      const dashboard = await visitor.get('/dashboard')
      assert.equal(dashboard.status, 302)
    }
    for (const page of pages) {
      assert.include(page, 'do not match')
      assert.notInclude(page, 'the wrong password')
    }
  })

  test('ends with logging out', async ({ assert }) => {
    const visitor = new Visitor()
    await visitor.logIn(tenant.owner)
    await visitor.get('/dashboard')
    const kept = visitor.cookie('muster_session')
    const out = await visitor.post('/logout')
    assert.equal(out.headers.get('location'), '/login')
    const dashboard = await visitor.get('/dashboard')
    assert.equal(dashboard.headers.get('location'), '/login')
    const replayed = await new Visitor().get('/dashboard', {
      headers: { cookie: `muster_session=${kept}` },
    })
    assert.equal(replayed.headers.get('location'), '/login')
  })

  test('keeps people who are logged in away from the login page', async ({ assert }) => {
    const visitor = new Visitor()
    await visitor.logIn(tenant.owner)
    const response = await visitor.get('/login')
    assert.equal(response.headers.get('location'), '/dashboard')
  })

  test('refuses even the right password after five failures', async ({ assert }) => {
    const user = await createUser()
    const visitor = new Visitor()
    for (let failure = 1; failure <= 5; failure++) await visitor.logIn(user, 'a wrong password')
    const response = await visitor.logIn(user)
    assert.equal(response.headers.get('location'), '/login')
    const page = await visitor.get('/login')
    assert.include(await page.text(), 'Too many attempts')
    const other = await new Visitor().logIn(tenant.owner)
    assert.equal(other.headers.get('location'), '/dashboard')
  })

  test('counts failures of an address however it is written', async ({ assert }) => {
    const user = await createUser()
    const visitor = new Visitor()
    for (const email of [
      user.email,
      user.email.toUpperCase(),
      user.email,
      user.email,
      user.email,
    ]) {
      await visitor.logIn({ email }, 'a wrong password')
    }
    const response = await visitor.logIn(user)
    assert.equal(response.headers.get('location'), '/login')
  })

  test('counts failures of guesses made at once', async ({ assert }) => {
    const user = await createUser()
    const visitors = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const visitor = new Visitor()
        await visitor.get('/login')
        return visitor
      })
    )
    await Promise.all(visitors.map((visitor) => visitor.logIn(user, 'a wrong password')))
    const response = await new Visitor().logIn(user)
    assert.equal(response.headers.get('location'), '/login')
  })

  test('refuses a network that tries a list of addresses', async ({ assert }) => {
    const visitor = new Visitor()
    for (let number = 1; number <= 50; number++) {
      await visitor.logIn({ email: `nobody-${number}@example.com` }, 'a wrong password')
    }
    const response = await visitor.logIn(tenant.owner)
    assert.equal(response.headers.get('location'), '/login')
  }).timeout(60_000)

  test('begins anew after a success before the fifth failure', async ({ assert }) => {
    const user = await createUser()
    for (let round = 1; round <= 2; round++) {
      for (let failure = 1; failure <= 4; failure++) {
        await new Visitor().logIn(user, 'a wrong password')
      }
      const response = await new Visitor().logIn(user)
      assert.equal(response.headers.get('location'), '/dashboard')
    }
  })

  test('leads to the page that was asked for', async ({ assert }) => {
    const visitor = new Visitor()
    await visitor.get('/servers?status=reachable')
    const response = await visitor.post('/login', { email: tenant.owner.email, password: PASSWORD })
    assert.equal(response.headers.get('location'), '/servers?status=reachable')
  })

  test('never leads to another site, asked for as {$self}')
    .with([
      '//servers',
      '///servers',
      '/\\servers',
      '//servers/..//evil.example',
      '/servers?next=//evil.example',
      'http://evil.example/servers',
    ])
    .run(async ({ assert }, path) => {
      const cookie = (await askRaw(path)).join('; ')
      const visitor = new Visitor()
      await visitor.get('/login', cookie ? { headers: { cookie } } : {})
      const response = await visitor.post('/login', {
        email: tenant.owner.email,
        password: PASSWORD,
      })
      const location = response.headers.get('location')!
      assert.equal(new URL(location, process.env.APP_URL).origin, process.env.APP_URL)
    })

  test('a form that is refused never leads to another site', async ({ assert }) => {
    const visitor = new Visitor()
    await visitor.logIn(tenant.owner)
    await visitor.get('/servers/new')
    const response = await visitor.post(
      '/servers',
      { name: '' },
      { headers: { referer: 'https://evil.example/servers' } }
    )
    assert.equal(response.status, 302)
    const location = response.headers.get('location')!
    assert.equal(new URL(location, process.env.APP_URL).origin, process.env.APP_URL)
  })
})
