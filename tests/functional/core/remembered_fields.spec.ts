import type { ApiClient, ApiResponse } from '@japa/api-client'
import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import { SIGN_IN_KEY } from '#app/auth/signed_in_session'
import { openFields, REMEMBERED } from '#app/core/exceptions/remembered_fields'
import { flashed } from '#tests/support/flashed'
import { createSignIn } from '#tests/support/signed_in'
import {
  createProject,
  createServer,
  createTenant,
  PASSWORD,
  type Tenant,
} from '#tests/support/tenants'

const PASTED = 'mysql -p CANARY-PASTED'

/** Of the column that holds a session, on MySQL. */
const COLUMN_BYTES = 65_535

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nCANARY-KEY\n-----END OPENSSH PRIVATE KEY-----'

test.group('A form that is shown again', (group) => {
  let tenant: Tenant

  group.each.setup(async () => {
    tenant = await createTenant()
  })

  async function sessionOf(confirmedAt: DateTime) {
    const { id } = await createSignIn(tenant.owner, { confirmedAt })
    return { auth_web: tenant.owner.id, [SIGN_IN_KEY]: id }
  }

  const send = (client: ApiClient, session: object, fields: object, path = '/bulk-runs/command') =>
    client
      .post(path)
      .redirects(0)
      .header('referer', `${process.env.APP_URL}/bulk-runs/command`)
      .withCsrfToken()
      .withSession(session as Record<string, any>)
      .unsafeForm(fields)

  /** The form as the request after an answer shows it. */
  async function form(client: ApiClient, answer: ApiResponse, messages = answer.flashMessages()) {
    const page = await client
      .get('/bulk-runs/command')
      .accept('html')
      .withSession(answer.session())
      .withFlashMessages(messages)
    page.assertStatus(200)
    return page.text()
  }

  test('has what was typed, which stands nowhere in the session', async ({ assert, client }) => {
    const session = await sessionOf(DateTime.utc())
    const refused = await send(client, session, { body: PASTED })
    refused.assertStatus(302)
    assert.notInclude(JSON.stringify([refused.session(), refused.flashMessages()]), 'CANARY')
    const text = await form(client, refused)
    assert.include(text, PASTED)
    assert.include(text, 'aria-invalid')
  })

  test('has it too after the proof of who one is', async ({ assert, client }) => {
    const session = await sessionOf(DateTime.utc().minus({ hours: 1 }))
    const asked = await send(client, session, { body: PASTED })
    asked.assertHeader('location', '/confirm')
    const done = await send(client, asked.session(), { password: PASSWORD }, '/confirm')
    done.assertHeader('location', '/bulk-runs/command')
    for (const answer of [asked, done]) {
      assert.notInclude(JSON.stringify([answer.session(), answer.flashMessages()]), 'CANARY')
    }
    assert.include(await form(client, done), PASTED)
  })

  test('is empty when no key opens what was kept', async ({ assert, client }) => {
    const refused = await send(client, await sessionOf(DateTime.utc()), { body: PASTED })
    const messages = refused.flashMessages()
    const text = await form(client, refused, { ...messages, [REMEMBERED]: 'app.of.another.key' })
    assert.notInclude(text, PASTED)
    assert.include(text, 'aria-invalid')
  })

  test('forgets a private key, however deep it was pasted', async ({ assert, client }) => {
    const refused = await send(client, await sessionOf(DateTime.utc()), {
      ...{ 'body': PASTED, 'parameters[KEY]': KEY, 'list[0][deep][]': KEY, 'list[1][name]': 'x' },
    })
    const given = flashed(refused)
    assert.equal(given.body, PASTED)
    assert.notInclude(JSON.stringify(given), 'CANARY-KEY')
  })

  test('forgets a file of variables, whatever was wrong with it', async ({ assert, client }) => {
    const project = await createProject(tenant, await createServer(tenant))
    const path = `/projects/${project.id}/variables/import`
    const dotenv = 'TOKEN=CANARY-DOTENV\nno sign\n'
    const refused = await send(client, await sessionOf(DateTime.utc()), { dotenv }, path)
    assert.property(refused.flashMessages().inputErrorsBag, 'dotenv')
    const kept = [flashed(refused), refused.session(), refused.flashMessages()]
    assert.notInclude(JSON.stringify(kept), 'CANARY')
    const session = await sessionOf(DateTime.utc().minus({ hours: 1 }))
    const asked = await send(client, session, { dotenv }, path)
    const sealed = openFields(asked.session().interrupted?.fields)
    assert.notInclude(JSON.stringify([sealed, asked.session()]), 'CANARY')
  })

  test('is kept up to what the session has room for, with another that waits', async ({
    assert,
    client,
  }) => {
    const large = { body: 'echo large\n'.repeat(2900) }
    const session = await sessionOf(DateTime.utc().minus({ hours: 1 }))
    const asked = await send(client, session, large)
    assert.isString(asked.session().interrupted.fields)
    const again = await send(client, asked.session(), large)
    assert.isString(again.session().interrupted.fields)
    const confirmed = { ...again.session(), ...(await sessionOf(DateTime.utc())) }
    const refused = await send(client, confirmed, large)
    assert.notProperty(refused.flashMessages(), REMEMBERED)
    assert.property(refused.flashMessages(), 'inputErrorsBag')
    const kept = JSON.stringify([refused.session(), refused.flashMessages()])
    assert.isBelow(Buffer.byteLength(kept), COLUMN_BYTES)
    const alone = await send(client, await sessionOf(DateTime.utc()), large)
    assert.isString(alone.flashMessages()[REMEMBERED])
  })
})
