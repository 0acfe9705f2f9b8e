import { test } from '@japa/runner'
import MakeResetLink from '#app/auth/actions/make_reset_link'
import { passwordTag, PENDING_KEY } from '#app/auth/pending_sign_in'
import { signUpLink } from '#app/auth/sign_up_link'
import PanelSettings from '#app/settings/models/panel_settings'
import type User from '#app/users/models/user'
import { giveAuthenticator, givePasskey, movePanelToLocalhost } from '#tests/support/second_factor'
import { createTenant } from '#tests/support/tenants'
import { assertWhole } from '#tests/support/whole_page'

const MAIL = { smtpHost: '127.0.0.1', mailFrom: 'muster@example.com' }
const NO_MAIL = { smtpHost: null, mailFrom: null }

test.group('Pages on the way in', (group) => {
  let user: User

  group.setup(async () => {
    const { origin, back } = await movePanelToLocalhost()
    const tenant = await createTenant()
    user = await giveAuthenticator(tenant.owner)
    await givePasskey(user, origin)
    await set({ signUp: true })
    return async () => {
      await set({ signUp: false, ...NO_MAIL })
      await back()
    }
  })

  async function set(values: Partial<PanelSettings>) {
    const settings = await PanelSettings.findOrFail('panel')
    await settings.merge(values).save()
  }

  const pathOf = (link: { reveal(): string }) => {
    const { pathname, search } = new URL(link.reveal())
    return pathname + search
  }

  async function resetLink() {
    const command = 'users:reset-password'
    const { email } = user
    return new MakeResetLink().handle({ email, removeSecondFactor: false, command })
  }

  for (const [name, mail] of [
    ['with a mail server', MAIL],
    ['without a mail server', NO_MAIL],
  ] as const) {
    test(`are whole ${name}`, async ({ assert, client }) => {
      await set(mail)
      const { link } = await resetLink()
      for (const [path, status] of [
        ['/login', 200],
        ['/forgot-password', 200],
        ['/sign-up', 200],
        [pathOf(link), 200],
        ['/reset-password?token=x', 404],
        [pathOf(signUpLink('a@example.com', 'http://x')), 200],
        ['/sign-up/complete?token=x', 404],
      ] as const) {
        const page = await client.get(path).redirects(0).accept('text/html')
        assert.equal(page.status(), status, path)
        assertWhole(assert, page.text())
      }
    })
  }

  test('are whole when something was asked for', async ({ assert, client }) => {
    await set(MAIL)
    for (const path of ['/forgot-password', '/sign-up']) {
      const request = client.get(path).redirects(0).accept('text/html')
      const page = await request.withFlashMessages({ askedFor: 'a&b@example.com' })
      page.assertStatus(200)
      assertWhole(assert, page.text())
      assert.include(page.text(), 'a&amp;b@example.com')
    }
  })

  test('are whole at the second step and at the confirmation, with every factor and with one', async ({
    assert,
    client,
  }) => {
    const withApp = await createTenant()
    await giveAuthenticator(withApp.owner)
    for (const person of [user, withApp.owner]) {
      const since = { at: Date.now(), method: 'password', passwordTag: passwordTag(person) }
      const pending = { [PENDING_KEY]: { userId: person.id, ...since } }
      const step = await client.get('/login/second-factor').withSession(pending).redirects(0)
      step.assertStatus(200)
      assertWhole(assert, step.text())
      const confirm = await client.get('/confirm').loginAs(person).redirects(0)
      confirm.assertStatus(200)
      assertWhole(assert, confirm.text())
    }
  })
})
