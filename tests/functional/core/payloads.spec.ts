import { isDeepStrictEqual } from 'node:util'
import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import limiter from '@adonisjs/limiter/services/main'
import encryption from '@adonisjs/core/services/encryption'
import { issueSetupToken } from '#app/auth/setup_token'
import { databaseSnapshot, emptyDatabase } from '#tests/support/database_snapshot'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { NOT_STRINGS, NUL_PAYLOADS, PAYLOADS } from '#tests/support/payload_corpus'
import { acceptableFields, allRoutes, pathOf } from '#tests/support/route_catalogue'
import {
  createBelongings,
  createTenant,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'

const TEXTS = [...PAYLOADS, ...NUL_PAYLOADS]

/** Where an accepted field is stored as it was given; other fields are only compared or used once. */
const STORED: Record<string, { table: string; fields: string[] }> = {
  'servers.store': { table: 'servers', fields: ['name', 'host', 'username'] },
  'projects.store': {
    table: 'projects',
    fields: [
      ...['name', 'slug', 'repositoryUrl', 'branch', 'runtime', 'buildCommands', 'startCommand'],
      ...['publicDirectory', 'domain', 'healthPath', 'serverId'],
    ],
  },
  'projects.update': {
    table: 'projects',
    fields: [
      ...['name', 'repositoryUrl', 'branch', 'runtime', 'buildCommands', 'startCommand'],
      ...['publicDirectory', 'domain', 'healthPath'],
    ],
  },
  'project_variables.store': { table: 'project_variables', fields: ['key', 'value'] },
}

const columnOf = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Every form, but those of people who are not logged in. */
const forms = () =>
  allRoutes().filter(
    ({ method, name, need }) => method !== 'GET' && need !== 'guest' && name !== 'setup.store'
  )

test.group('Text that breaks software', (group) => {
  let tenant: Tenant
  let belongings: Belongings

  group.tap((each) => each.timeout(120_000))
  group.setup(async () => {
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
  })
  group.each.setup(() => swapServerRemotes()[1])

  /** Every field of every form with what is put there, each form with things of its own. */
  async function* trials<T>(values: readonly T[]) {
    for (const route of forms()) {
      belongings = await createBelongings(tenant)
      for (const field of Object.keys(acceptableFields(route, belongings))) {
        yield { route, field, values }
      }
    }
  }

  /** What a form of a browser gives for a text: fields of several lines lose the CR of line ends. */
  function typedIn(field: string, text: string): string {
    return ['buildCommands', 'value'].includes(field) ? text.replaceAll('\r\n', '\n') : text
  }

  /** The newest value that a form stored for a field, decrypted. */
  async function storedValue(table: string, field: string): Promise<unknown> {
    const column = columnOf(field)
    const row = await db
      .from(table)
      .where('team_id', tenant.team.id)
      .orderBy('updated_at', 'desc')
      .orderBy('id', 'desc')
      .firstOrFail()
    return table === 'project_variables' && field === 'value'
      ? encryption.use('secrets').decrypt<{ text: string }>(row[column], 'project variable')?.text
      : row[column]
  }

  test('is kept as it is or refused in every field of every form', async ({ assert, client }) => {
    const problems: string[] = []
    let count = 0
    for await (const { route, field, values } of trials(TEXTS)) {
      count++
      for (const text of values) {
        const label = `${route.name} ${field} ${JSON.stringify(text.slice(0, 60))}`
        const before = await databaseSnapshot()
        const response = await client
          .request(pathOf(route, belongings), route.method)
          .redirects(0)
          .accept('text/html')
          .loginAs(tenant.owner)
          .withCsrfToken()
          .unsafeForm({ ...acceptableFields(route, belongings), [field]: text })
        if (response.status() !== 302) problems.push(`${label}: ${response.status()}`)
        const refused = Boolean(response.flashMessages().inputErrorsBag)
        const stored = STORED[route.name]
        // Connecting notes on the server why it did not go through.
        if (refused && route.name !== 'server_connections.store') {
          const changed = !isDeepStrictEqual(await databaseSnapshot(), before)
          if (changed) problems.push(`${label}: refused, and yet something changed`)
        } else if (stored?.fields.includes(field)) {
          const value = await storedValue(stored.table, field)
          // A field that is left empty is a field without a value.
          if ((value ?? '') !== typedIn(field, text))
            problems.push(`${label}: kept as ${JSON.stringify(value)}`)
        }
      }
    }
    assert.isAbove(count, 25)
    assert.deepEqual(problems, [])
  })

  test('that is no text at all is refused or ignored, never a failure', async ({
    assert,
    client,
  }) => {
    const problems: string[] = []
    for await (const { route, field, values } of trials(NOT_STRINGS)) {
      for (const value of values) {
        const label = `${route.name} ${field} ${JSON.stringify(value)}`
        const response = await client
          .request(pathOf(route, belongings), route.method)
          .redirects(0)
          .accept('text/html')
          .loginAs(tenant.owner)
          .withCsrfToken()
          .unsafeJson({ ...acceptableFields(route, belongings), [field]: value })
        if (response.status() !== 302) problems.push(`${label}: ${response.status()}`)
      }
    }
    assert.deepEqual(problems, [])
  })

  test('in a path is a path that is not there', async ({ assert, client }) => {
    const before = await databaseSnapshot()
    const routes = allRoutes().filter(({ pattern }) => pattern.includes(':'))
    for (const route of routes) {
      for (const text of TEXTS.filter((each) => each.length < 1024)) {
        const parameter = encodeURIComponent(text.toWellFormed())
        const path = route.pattern.replace(/:\w+/g, parameter)
        const request = client.request(path, route.method).redirects(0).accept('text/html')
        request.loginAs(tenant.owner).withCsrfToken()
        if (route.method !== 'GET') request.unsafeForm(acceptableFields(route, belongings))
        const response = await request
        const label = `${route.method} ${path}`
        // A parameter that is empty or a dot makes another path, with a route of its own perhaps.
        if (response.status() !== 404) assert.include([200, 302, 400], response.status(), label)
      }
    }
    assert.deepEqual(await databaseSnapshot(), before)
  })

  test('in a query or a cookie changes what is shown at most', async ({ assert, client }) => {
    const paths = [
      ...['/runs?page=', `/projects/${belongings.project.id}/deployments?page=`],
      ...[`/runs/${belongings.run.id}/log?from=`, `/runs/${belongings.run.id}/log?limit=`],
      ...['/projects/new?server=', '/servers?anything='],
    ]
    for (const text of TEXTS.filter((each) => each.length < 1024)) {
      for (const path of paths) {
        const query = path + encodeURIComponent(text.toWellFormed())
        const response = await client.get(query).loginAs(tenant.owner)
        assert.equal(response.status(), 200, query)
      }
      const cookie = `theme=${encodeURIComponent(text.toWellFormed())}`
      const response = await client.get('/servers').header('cookie', cookie).loginAs(tenant.owner)
      assert.equal(response.status(), 200, cookie)
      assert.match(response.text(), /data-theme="(system|light|dark)"/)
    }
  })
})

test.group('Text that breaks software, from people who are not logged in', (group) => {
  group.tap((each) => each.timeout(120_000))

  test('never fails the login page', async ({ assert, client }) => {
    const problems: string[] = []
    const before = await databaseSnapshot()
    for (const text of [...TEXTS, ...NOT_STRINGS]) {
      await limiter.clear()
      for (const field of ['email', 'password']) {
        const response = await client
          .post('/login')
          .redirects(0)
          .accept('text/html')
          .withCsrfToken()
          .unsafeJson({ email: 'a@example.com', password: 'x', [field]: text })
        const label = `${field} ${JSON.stringify(text).slice(0, 80)}`
        if (response.status() !== 302) problems.push(`${label}: ${response.status()}`)
      }
    }
    assert.deepEqual(problems, [])
    assert.deepEqual(await databaseSnapshot(), before)
  })

  test('never claims a panel in another way than the form says', async ({ assert, client }) => {
    const route = allRoutes().find(({ name }) => name === 'setup.store')!
    await emptyDatabase()
    const belongings = await createBelongings(await createTenant())
    await emptyDatabase()
    for (const field of ['token', 'fullName', 'teamName', 'email', 'password']) {
      for (const text of TEXTS) {
        const label = `${field} ${JSON.stringify(text.slice(0, 60))}`
        const token = await issueSetupToken()
        const response = await client
          .post('/setup')
          .redirects(0)
          .accept('text/html')
          .withCsrfToken()
          .unsafeForm({ ...acceptableFields(route, belongings), token, [field]: text })
        assert.include(field === 'token' ? [404] : [302], response.status(), label)
        const user = await db.from('users').first()
        if (!user) continue
        const team = await db.from('teams').firstOrFail()
        if (field === 'fullName') assert.equal(user.full_name, text, label)
        if (field === 'teamName') assert.equal(team.name, text, label)
        if (field === 'email') assert.equal(user.email, text.toLowerCase(), label)
        await emptyDatabase()
      }
    }
  })
})
