import { isDeepStrictEqual } from 'node:util'
import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import limiter from '@adonisjs/limiter/services/main'
import encryption from '@adonisjs/core/services/encryption'
import { issueSetupToken } from '#app/auth/setup_token'
import { databaseSnapshot, emptyDatabase } from '#tests/support/database_snapshot'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { NOT_STRINGS, NUL_PAYLOADS, PAYLOADS } from '#tests/support/payload_corpus'
import {
  acceptableFields,
  allRoutes,
  hasParams,
  isApi,
  isPublic,
  pathOf,
  type CatalogueRoute,
} from '#tests/support/route_catalogue'
import {
  createBelongings,
  createTenant,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'

/**
 * All of it. On the second database, what a database may take differently: what is not plain
 * ASCII, what is quoted in SQL, what is long, what is empty.
 */
const TEXTS = [...PAYLOADS, ...NUL_PAYLOADS].filter(
  (text) =>
    process.env.DB_CONNECTION !== 'mysql' ||
    /[^\x20-\x7E]|['"`\\%;]/.test(text) ||
    text.length > 1000 ||
    text.trim() === ''
)

/** Where an accepted field is stored as it was given; other fields are only compared or used once. */
const STORED: Record<string, { table: string; fields: string[] }> = {
  'servers.store': { table: 'servers', fields: ['name', 'host', 'username'] },
  'servers.update': { table: 'servers', fields: ['name'] },
  'server_addresses.update': { table: 'servers', fields: ['host', 'username'] },
  'tags.store': { table: 'tags', fields: ['name'] },
  'tags.update': { table: 'tags', fields: ['name'] },
  'server_groups.store': { table: 'server_groups', fields: ['name'] },
  'server_groups.update': { table: 'server_groups', fields: ['name'] },
  'server_filters.store': { table: 'server_filters', fields: ['name'] },
  'projects.store': {
    table: 'projects',
    fields: [
      ...['name', 'slug', 'repositoryUrl', 'branch', 'runtime', 'buildCommands', 'startCommand'],
      ...['publicDirectory', 'domain', 'healthPath', 'serverId'],
      ...['sourceDirectory', 'accessUser'],
      ...['healthText', 'beforeSwitch', 'afterSwitch'],
    ],
  },
  'project_drafts.store': {
    table: 'project_drafts',
    fields: ['repositoryUrl', 'branch', 'sourceDirectory', 'accessUser', 'serverId'],
  },
  'draft_projects.store': {
    table: 'projects',
    fields: [
      ...['name', 'slug', 'runtime', 'buildCommands', 'startCommand'],
      ...['publicDirectory', 'domain', 'healthPath'],
    ],
  },
  'project_templates.store': { table: 'project_templates', fields: ['name'] },
  'projects.update': {
    table: 'projects',
    fields: [
      ...['name', 'repositoryUrl', 'branch', 'runtime', 'buildCommands', 'startCommand'],
      ...['publicDirectory', 'domain', 'healthPath'],
      ...['healthText', 'beforeSwitch', 'afterSwitch'],
    ],
  },
  'project_variables.store': { table: 'project_variables', fields: ['key', 'value'] },
  'processes.update': { table: 'project_processes', fields: ['command'] },
  'scripts.store': {
    table: 'scripts',
    fields: ['name', 'description', 'body', 'interpreter', 'runAs', 'runAsUser'],
  },
  'scripts.update': {
    table: 'scripts',
    fields: ['name', 'description', 'body', 'interpreter', 'runAs', 'runAsUser'],
  },
  'command_runs.store': { table: 'bulk_runs', fields: ['runAs', 'runAsUser'] },
  'account.update': { table: 'users', fields: ['fullName', 'timeZone', 'theme'] },
  'account_email.update': { table: 'users', fields: ['email'] },
  'passkeys.update': { table: 'passkeys', fields: ['name'] },
  'teams.store': { table: 'teams', fields: ['name'] },
  'team_settings.update': { table: 'teams', fields: ['name'] },
  'invitations.store': { table: 'team_invitations', fields: ['email', 'role'] },
  'api_tokens.store': { table: 'api_tokens', fields: ['name', 'projectId'] },
  'ssh_keys.store': { table: 'ssh_keys', fields: ['name'] },
  'imported_keys.store': { table: 'ssh_keys', fields: ['name'] },
  'ssh_keys.update': { table: 'ssh_keys', fields: ['name'] },
  'account_keys.store': { table: 'public_keys', fields: ['name'] },
  'general_settings.update': { table: 'panel_settings', fields: ['baseUrl'] },
  'mail_settings.update': {
    table: 'panel_settings',
    fields: ['smtpHost', 'smtpSecurity', 'smtpUsername', 'mailFrom'],
  },
  'network_settings.update': { table: 'panel_settings', fields: ['egressAllowed'] },
}

/** Fields of several lines: a browser's CR LF is a line break. */
const SEVERAL_LINES = [
  ...['buildCommands', 'beforeSwitch', 'afterSwitch', 'value', 'egressAllowed', 'body'],
]

/** Columns that are encrypted, and what for. */
const SEALED: Record<string, string> = {
  'project_variables.value': 'project variable',
  'scripts.body': 'script text',
}

/** Fields in which the case of letters does not count. */
const WITHOUT_CASE = ['email']

/**
 * Refusals that are on record all the same: connecting notes on the server why it did not go
 * through, and attempts that are limited are counted.
 */
const NOTED = ['server_connections.store']

const columnOf = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Every form of people who are logged in. */
const forms = () =>
  allRoutes().filter((route) => route.method !== 'GET' && !isPublic(route) && !isApi(route))

/** Every form of people who are not, but for the first one of all. */
const formsOfStrangers = () =>
  allRoutes().filter(
    (route) => route.method !== 'GET' && isPublic(route) && route.name !== 'setup.store'
  )

/** Answers that tell of a refusal, or of nothing at all. Anything else is a failure. */
const CALM = [200, 202, 204, 302, 400, 403, 404, 422]

/** What the database holds, read again only when something may have changed. */
class Watch {
  #known: Record<string, string> | null = null

  async before() {
    return (this.#known ??= await databaseSnapshot())
  }

  /** Whether anything changed since `before`. */
  async changed(): Promise<boolean> {
    const known = await this.before()
    this.#known = await databaseSnapshot()
    return !isDeepStrictEqual(this.#known, known)
  }

  forget() {
    this.#known = null
  }
}

test.group('S2: text that breaks software', (group) => {
  let tenant: Tenant
  let belongings: Belongings

  group.tap((each) => each.timeout(300_000))
  group.each.setup(async () => {
    // With little in the database, comparing all of it is quick.
    await emptyDatabase()
    tenant = await createTenant()
    await tenant.owner.merge({ administrator: true }).save()
    belongings = await createBelongings(tenant)
  })
  group.each.setup(() => swapServerRemotes()[1])

  const fieldsOf = (route: CatalogueRoute) => Object.keys(acceptableFields(route, belongings))

  /** Sends a form as the owner, who may do everything, with something else in one field. */
  async function send(
    client: ApiClient,
    route: CatalogueRoute,
    [field, value]: [string, unknown],
    type: 'form' | 'json'
  ) {
    const body = { ...acceptableFields(route, belongings), [field]: value }
    const request = client.request(pathOf(route, belongings), route.method)
    request
      .redirects(0)
      .accept('text/html' as 'html')
      .loginAs(tenant.owner)
      .withCsrfToken()
    const response = await (type === 'json' ? request.unsafeJson(body) : request.unsafeForm(body))
    return { response, refused: Boolean(response.flashMessages().inputErrorsBag) }
  }

  /** What a form of a browser gives for a text. */
  function typedIn(field: string, text: string): string {
    const lines = SEVERAL_LINES.includes(field) ? text.replaceAll('\r\n', '\n') : text
    return WITHOUT_CASE.includes(field) ? lines.toLowerCase() : lines
  }

  /** The newest value that a form stored for a field, decrypted. */
  async function storedValue(table: string, field: string): Promise<unknown> {
    const column = columnOf(field)
    const query = db.from(table).orderBy('updated_at', 'desc').orderBy('id', 'desc')
    if (table === 'users') query.where('id', tenant.owner.id)
    const row = await query.firstOrFail()
    const purpose = SEALED[`${table}.${column}`]
    return purpose
      ? encryption.use('secrets').decrypt<{ text: string }>(row[column], purpose)?.text
      : row[column]
  }

  test('there are many forms, and all are known', ({ assert }) => {
    assert.isAbove(forms().length, 50)
    const names = forms().map(({ name }) => name)
    assert.includeMembers(names, Object.keys(STORED))
  })

  test('is kept as it is or refused in every field of {name}')
    .with(() => forms().filter((route) => fieldsOf(route).length > 0))
    .run(async ({ assert, client }, route) => {
      const problems: string[] = []
      const watch = new Watch()
      belongings = await createBelongings(tenant)
      for (const field of Object.keys(acceptableFields(route, belongings))) {
        belongings = await createBelongings(tenant)
        watch.forget()
        for (const text of TEXTS) {
          const label = `${field} ${JSON.stringify(text.slice(0, 60))}`
          await watch.before()
          await limiter.clear()
          const { response, refused } = await send(client, route, [field, text], 'form')
          if (!CALM.includes(response.status())) problems.push(`${label}: ${response.status()}`)
          const stored = STORED[route.name]
          if (refused && !NOTED.includes(route.name)) {
            if (await watch.changed()) problems.push(`${label}: refused, and yet something changed`)
            continue
          }
          watch.forget()
          if (stored?.fields.includes(field) && response.status() === 302) {
            const value = await storedValue(stored.table, field)
            // A field that is left empty is a field without a value.
            if ((value ?? '') !== typedIn(field, text))
              problems.push(`${label}: kept as ${JSON.stringify(value)}`)
          }
        }
      }
      assert.deepEqual(problems, [])
    })

  test('that is no text at all never fails {name}')
    .with(() => forms().filter((route) => fieldsOf(route).length > 0))
    .run(async ({ assert, client }, route) => {
      const problems: string[] = []
      belongings = await createBelongings(tenant)
      for (const field of Object.keys(acceptableFields(route, belongings))) {
        for (const value of NOT_STRINGS) {
          await limiter.clear()
          const { response } = await send(client, route, [field, value], 'json')
          if (!CALM.includes(response.status()))
            problems.push(`${field} ${JSON.stringify(value)}: ${response.status()}`)
        }
      }
      assert.deepEqual(problems, [])
    })

  test('is markup on no page afterwards')
    .with(() =>
      allRoutes().filter(
        (route) =>
          route.method === 'GET' && !isPublic(route) && !route.name.endsWith('_events.index')
      )
    )
    .run(async ({ assert, client }, route) => {
      const response = await client
        .get(pathOf(route, belongings))
        .accept('text/html' as 'html')
        .loginAs(tenant.owner)
      const page = response.text() ?? ''
      assert.notInclude(page, '<img src=x onerror', route.name)
      assert.notInclude(page, '<script>alert(1)', route.name)
    })

  test('in a path is a path that is not there', async ({ assert, client }) => {
    belongings = await createBelongings(tenant)
    const before = await databaseSnapshot()
    const routes = allRoutes().filter((route) => hasParams(route) && !isApi(route))
    for (const route of routes) {
      for (const text of TEXTS.filter((each) => each !== '' && each.length < 1024)) {
        const parameter = encodeURIComponent(text.toWellFormed())
        const path = route.pattern.replace(/:\w+/g, parameter)
        // Else the next of so many calls is only told to wait.
        if (route.need === 'signature') await limiter.clear()
        const request = client.request(path, route.method).redirects(0).accept('text/html')
        request.loginAs(tenant.owner).withCsrfToken()
        if (route.method !== 'GET') request.unsafeForm(acceptableFields(route, belongings))
        const response = await request
        const label = `${route.method} ${path}`
        // A parameter that is a dot makes another path, with a route of its own perhaps.
        if (response.status() !== 404) assert.include([200, 302, 400], response.status(), label)
      }
    }
    assert.deepEqual(await databaseSnapshot(), before)
  }).timeout(900_000)

  test('in a query or a cookie changes what is shown at most', async ({ assert, client }) => {
    const paths = [
      ...['/runs?page=', `/projects/${belongings.project.id}/deployments?page=`],
      ...[`/runs/${belongings.run.id}/log?from=`, `/runs/${belongings.run.id}/log?limit=`],
      ...['/projects/new?server=', '/servers?anything=', '/palette?q='],
      ...['/bulk-runs?page=', '/bulk-runs/new?servers[]=', '/bulk-runs/command?search='],
      ...['/bulk-runs/action?action=', '/bulk-runs/command?from='],
      ...[
        '/projects/new?server=',
        '/servers?anything=',
        '/servers?search=',
        '/servers?tags[]=',
        '/servers?page=',
        ...['/servers?group=', '/servers?sort=', '/servers?status='],
        '/palette?q=',
      ],
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

test.group('S2: text that breaks software, from people who are not logged in', (group) => {
  group.tap((each) => each.timeout(120_000))

  test('never fails {name}, whatever stands in its fields')
    .with(formsOfStrangers)
    .run(async ({ assert, client }, route) => {
      const problems: string[] = []
      const belongings = await createBelongings(await createTenant())
      for (const field of Object.keys(acceptableFields(route, belongings))) {
        const before = await databaseSnapshot()
        for (const value of [...TEXTS, ...NOT_STRINGS]) {
          await limiter.clear()
          const response = await client
            .request(pathOf(route, belongings), route.method)
            .redirects(0)
            .accept('text/html' as 'html')
            .withCsrfToken()
            .unsafeJson({ ...acceptableFields(route, belongings), [field]: value })
          if (!CALM.includes(response.status())) {
            const label = `${field} ${JSON.stringify(value)?.slice(0, 80)}`
            problems.push(`${label}: ${response.status()}`)
          }
        }
        if (route.name === 'session.store') assert.deepEqual(await databaseSnapshot(), before)
      }
      assert.deepEqual(problems, [])
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
