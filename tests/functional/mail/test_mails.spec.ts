import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { Secret } from '#engine/shell/secret'
import type PanelSettings from '#app/settings/models/panel_settings'
import type User from '#app/users/models/user'
import { startMailSink, useMailSink, type MailSinkOptions } from '#tests/support/mail_sink'
import { createUser } from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

const PATH = '/administration/settings/mail'

test.group('A test of the mail settings', (group) => {
  let administrator: User
  let visitor: Visitor
  let stop: () => Promise<void>

  group.setup(async () => {
    const asTheyWere = await db.from('panel_settings').where('id', 'panel').firstOrFail()
    administrator = await createUser({ administrator: true })
    return async () => {
      await db.from('panel_settings').where('id', 'panel').update(asTheyWere)
    }
  })
  group.each.setup(async () => {
    visitor = new Visitor()
    await visitor.logIn(administrator)
    return () => stop()
  })

  async function sent(options: MailSinkOptions = {}, values: Partial<PanelSettings> = {}) {
    const sink = await startMailSink(options)
    stop = sink.stop
    await useMailSink(sink, values)
    const response = await visitor.post(`${PATH}/tests`)
    return { sink, response, page: await (await visitor.get(PATH)).text() }
  }

  test('goes to the one who asks, by the saved settings, and shows the answer', async ({
    assert,
  }) => {
    const { sink, response, page } = await sent()
    assert.equal(response.headers.get('location'), PATH)
    assert.lengthOf(sink.messages, 1)
    assert.deepEqual(sink.messages[0].to, [administrator.email])
    assert.include(page, '250 2.0.0 Ok: queued as 4XyZ')
    assert.include(page, `The mail server took the message for ${administrator.email}`)
    assert.include(page, 'Messages travel unprotected')
    assert.notInclude(await (await visitor.get(PATH)).text(), '4XyZ')
  })

  test('shows how far it came, what the server said, and what to do', async ({ assert }) => {
    const refuse = { recipient: '550 5.1.1 <b>No</b> such user' }
    const { sink, page } = await sent({ refuse })
    assert.lengthOf(sink.messages, 0)
    assert.include(page, 'The mail server refused the recipient')
    assert.include(page, '550 5.1.1 &lt;b&gt;No&lt;/b&gt; such user')
    assert.include(page, 'Check the address.')
  })

  test('with a wrong password shows neither that one nor the right one', async ({ assert }) => {
    const auth = { user: 'muster', password: 'the right password' }
    const login = { smtpUsername: 'muster', smtpPassword: new Secret('the wrong password') }
    const { page } = await sent({ auth }, login)
    assert.include(page, 'The mail server refused the login')
    assert.notMatch(page, /the (?:right|wrong) password/)
  })
})
