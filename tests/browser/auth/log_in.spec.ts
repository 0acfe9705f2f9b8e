import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import limiter from '@adonisjs/limiter/services/main'
import type { BrowserContext, Page } from 'playwright'
import SignIn from '#app/auth/models/sign_in'
import { issueRecoveryCodes } from '#app/auth/second_factor/recovery_codes'
import type User from '#app/users/models/user'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { keepScreenshot } from '#tests/support/screenshot'
import { codeOf, giveAuthenticator, movePanelToLocalhost } from '#tests/support/second_factor'
import {
  createMember,
  createServer,
  createTenant,
  PASSWORD,
  type Tenant,
} from '#tests/support/tenants'

/** An authenticator in the browser that answers by itself (CDP, domain WebAuthn). */
async function plugIn(page: Page, options: { verifies?: boolean } = {}) {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: options.verifies ?? true,
      automaticPresenceSimulation: true,
    },
  })
}

test.group('Logging in with a browser', (group) => {
  let tenant: Tenant
  let user: User
  let origin: string
  let page: Page

  group.tap((each) => each.timeout(60_000))
  group.each.setup(async (current) => {
    await limiter.clear()
    const restore = swapServerRemotes()[1]
    const moved = await movePanelToLocalhost()
    origin = moved.origin
    tenant = await createTenant()
    user = await createMember(tenant.team, 'admin')
    return async (failed: boolean) => {
      restore()
      await moved.back()
      if (failed) await keepScreenshot(page, current.title)
    }
  })

  async function open(context: BrowserContext, path: string) {
    page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await page.goto(`${origin}${path}`)
  }

  async function giveAddressAndPassword() {
    await page.getByLabel('E-mail').fill(user.email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Log in', exact: true }).click()
  }

  const isAt = (path: string) => page.waitForURL(`${origin}${path}`)

  async function addPasskey() {
    await page.goto(`${origin}/account/passkeys/new`)
    await page.getByLabel('Name').fill('Laptop')
    await page.getByRole('button', { name: 'Add the passkey' }).click()
    await page.getByText('The passkey Laptop is added').waitFor()
  }

  async function logOut() {
    await page.goto(`${origin}/dashboard`)
    await page.locator('summary.sidebar__user').click()
    await page.getByRole('button', { name: 'Log out' }).click()
    await isAt('/login')
  }

  test('asks for a code after the password, and takes a recovery code too', async ({
    assert,
    browserContext,
  }) => {
    await giveAuthenticator(user)
    const [recoveryCode] = await issueRecoveryCodes(user)
    await open(browserContext, '/servers')
    await giveAddressAndPassword()
    await isAt('/login/second-factor')
    const code = page.getByLabel('Code')
    assert.isTrue(await code.evaluate((input) => input === document.activeElement))
    await code.fill('000 000')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByText('This code is not right').waitFor()
    await code.fill(codeOf(user))
    await page.keyboard.press('Enter')
    await isAt('/servers')

    await logOut()
    await giveAddressAndPassword()
    await page.getByLabel('Code').fill(recoveryCode)
    await page.keyboard.press('Enter')
    await isAt('/dashboard')
    await page.getByText('Recovery codes left: 9').waitFor()
  })

  test('makes a passkey, and with it logs in without address and password', async ({
    assert,
    browserContext,
  }) => {
    await open(browserContext, '/login')
    await plugIn(page)
    await giveAddressAndPassword()
    await isAt('/dashboard')
    await addPasskey()

    await logOut()
    await page.getByRole('button', { name: 'Log in with a passkey' }).click()
    await isAt('/dashboard')
    const last = await SignIn.query().where('user_id', user.id).orderBy('id', 'desc').firstOrFail()
    assert.equal(last.method, 'passkey')

    await logOut()
    await giveAddressAndPassword()
    await isAt('/login/second-factor')
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await isAt('/dashboard')
  })

  test('says when no passkey was used, and can be asked again', async ({
    assert,
    browserContext,
  }) => {
    await open(browserContext, '/login')
    await plugIn(page)
    const button = page.getByRole('button', { name: 'Log in with a passkey' })
    await button.click()
    await page.getByRole('alert').getByText('No passkey was used').waitFor()
    assert.isNull(await button.getAttribute('aria-busy'))
    await button.click()
    await page.getByRole('alert').getByText('No passkey was used').waitFor()
  })

  test('offers no passkey where the panel’s passkeys do not belong', async ({
    assert,
    browserContext,
  }) => {
    await open(browserContext, '/login')
    const button = page.getByRole('button', { name: 'Log in with a passkey' })
    await button.waitFor()
    await page.goto(`${process.env.APP_URL}/login`)
    await page.getByLabel('Password').waitFor()
    await page.waitForLoadState('networkidle')
    assert.isFalse(await button.isVisible())
  })

  test('asks again who one is, by a passkey, and goes back to where one was', async ({
    assert,
    browserContext,
  }) => {
    const server = await createServer(tenant, { name: 'alpha' })
    await open(browserContext, '/login')
    await plugIn(page)
    await giveAddressAndPassword()
    await isAt('/dashboard')
    await addPasskey()
    const longAgo = DateTime.utc().minus({ hours: 1 }).toMillis()
    await SignIn.query().where('user_id', user.id).update({ confirmedAt: longAgo })

    const path = `/servers/${server.id}`
    await page.goto(`${origin}${path}`)
    await page
      .getByRole('button', { name: /Remove/ })
      .first()
      .click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('alpha')
    await dialog.getByRole('button', { name: /Remove/ }).click()
    await isAt('/confirm')
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await isAt(path)
    await page.getByText('Now do it again').waitFor()
    const signIn = await SignIn.query().where('user_id', user.id).firstOrFail()
    assert.isTrue(signIn.isConfirmed)
  })
})
