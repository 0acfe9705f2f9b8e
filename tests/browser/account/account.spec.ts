import { readFile } from 'node:fs/promises'
import { HOTP, Secret as TotpSecret } from 'otpauth'
import { test } from '@japa/runner'
import type { Browser, BrowserContext, Page } from 'playwright'
import { exactTime } from '../../../resources/js/lib/format.js'
import type User from '#app/users/models/user'
import { launchChromium } from '#tests/support/chromium'
import { watchContext } from '#tests/support/page_guard'
import { keepScreenshot } from '#tests/support/screenshot'
import { movePanelToLocalhost } from '#tests/support/second_factor'
import { createSignIn } from '#tests/support/signed_in'
import { createTenant, PASSWORD } from '#tests/support/tenants'

const CODE = /^[a-z0-9]{4}(?:-[a-z0-9]{4}){2}$/

/** The code an authenticator app shows, so many steps of 30 seconds from now. */
const codeOf = (secret: string, steps = 0) =>
  HOTP.generate({
    secret: TotpSecret.fromBase32(secret),
    counter: Math.floor(Date.now() / 30_000) + steps,
  })

test.group('A person’s own account', (group) => {
  let origin: string
  let browser: Browser
  let contexts: BrowserContext[] = []
  let user: User

  group.setup(async () => {
    const moved = await movePanelToLocalhost()
    origin = moved.origin
    browser = await launchChromium({})
    return async () => {
      await browser.close()
      await moved.back()
    }
  })
  group.each.setup(async (current) => {
    const { owner } = await createTenant()
    user = owner
    return async (failed: boolean) => {
      for (const context of contexts) {
        if (failed) await keepScreenshot(context.pages()[0], current.title)
        await context.close()
      }
      contexts = []
    }
  })

  /** A browser of its own, on the login page. */
  async function openBrowser(): Promise<Page> {
    const context = await browser.newContext({ timezoneId: 'America/New_York' })
    watchContext(context)
    contexts.push(context)
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(`${origin}/login`)
    return page
  }

  async function logIn(page: Page) {
    await page.getByLabel('E-mail').fill(user.email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Log in', exact: true }).click()
    return page
  }

  async function loggedIn(): Promise<Page> {
    const page = await logIn(await openBrowser())
    await page.waitForURL('**/dashboard')
    return page
  }

  test('gets an authenticator app by the secret on the page, and asks for its codes', async ({
    assert,
  }) => {
    const page = await loggedIn()
    await page.getByText(user.fullName).click()
    await page.getByRole('link', { name: 'Account', exact: true }).click()
    await page.getByRole('link', { name: 'Security', exact: true }).click()
    await page.getByRole('link', { name: 'Set up an authenticator app' }).click()
    const secret = (await page.locator('pre').innerText()).replaceAll(/\s/g, '')
    await page.getByLabel('Code', { exact: true }).fill(codeOf(secret))
    await page.getByRole('button', { name: 'Turn on' }).click()

    await page.getByText('These codes are shown this once').waitFor()
    const codes = await page.locator('ol code').allInnerTexts()
    assert.lengthOf(codes, 10)
    for (const code of codes) assert.match(code, CODE)
    for (let twice = 0; twice < 2; twice++) {
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Download' }).click()
      const file = await readFile(await (await download).path(), 'utf8')
      for (const code of codes) assert.include(file, code)
    }
    await page.reload()
    await page.getByText('Recovery codes are shown once').waitFor()

    const other = await logIn(await openBrowser())
    await other.getByLabel('Code').fill(codeOf(secret, 1))
    await other.getByRole('button', { name: 'Log in', exact: true }).click()
    await other.waitForURL('**/dashboard')
  })

  test('gets a passkey, which logs in by itself', async ({ assert }) => {
    const page = await loggedIn()
    const authenticator = await page.context().newCDPSession(page)
    await authenticator.send('WebAuthn.enable')
    await authenticator.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    })
    await page.goto(`${origin}/account/security`)
    await page.getByRole('link', { name: 'Add a passkey' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Laptop <b>')
    await page.getByRole('button', { name: 'Add the passkey' }).click()
    await page.getByText('These codes are shown this once').waitFor()
    await page.getByRole('link', { name: 'I have stored them' }).click()
    await page.getByRole('cell', { name: 'Laptop <b>', exact: true }).waitFor()
    await page.context().clearCookies()
    await page.goto(`${origin}/login`)
    await page.getByRole('button', { name: 'Log in with a passkey' }).click()
    await page.waitForURL('**/dashboard')

    await page.goto(`${origin}/account/security`)
    await page.getByRole('link', { name: 'Rename Laptop <b>' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Tablet')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('cell', { name: 'Tablet', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Remove', exact: true }).first().click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('The passkey Tablet is removed.').waitFor()
    assert.equal(await page.getByText('Your passkeys').count(), 0)
  })

  test('logs another browser out, whose next click leads to the login page', async ({ assert }) => {
    const other = await loggedIn()
    await other.goto(`${origin}/servers`)
    const page = await loggedIn()
    await page.goto(`${origin}/account/sessions`)
    assert.equal(await page.getByRole('row').count(), 3)
    await page.getByRole('button', { name: 'Log out Headless Chrome on Linux' }).click()
    await page.getByText('Headless Chrome on Linux is logged out.').waitFor()
    assert.equal(await page.getByRole('row').count(), 2)
    await other.getByRole('link', { name: 'Projects' }).first().click()
    await other.waitForURL('**/login')
    await page.reload()
    await page.getByText('This browser').waitFor()
  })

  test('has one theme in all browsers, whichever chose it', async ({ assert }) => {
    const [page, other] = [await loggedIn(), await loggedIn()]
    await page.getByText(user.fullName).click()
    const stored = page.waitForResponse((response) => response.url().includes('/account/theme'))
    await page.getByRole('button', { name: 'Dark', exact: true }).click()
    const answer = await stored
    assert.equal(answer.status(), 204)
    const themeOf = (each: Page) => each.evaluate(() => document.documentElement.dataset.theme)
    assert.equal(await themeOf(page), 'dark')
    await other.reload()
    assert.equal(await themeOf(other), 'dark')
    await other.getByText(user.fullName).click()
    const chosen = other.locator('[data-theme-form] [aria-pressed=true]')
    assert.equal(await chosen.getAttribute('title'), 'Dark')
  })

  test('shows moments in the zone it names, and else in that of the browser', async ({
    assert,
  }) => {
    const page = await loggedIn()
    const at = new Date(Date.now() - 3_600_000)
    const signIn = await createSignIn(user)
    await signIn.merge({ seenAt: signIn.seenAt.minus({ hours: 1 }) }).save()
    const moment = page.locator(`time[datetime="${signIn.seenAt.toISO()}"]`)
    await page.goto(`${origin}/account/sessions`)
    const seenAt = signIn.seenAt.toJSDate()
    assert.closeTo(seenAt.getTime(), at.getTime(), 60_000)
    await page.waitForFunction(() => document.querySelector('time')?.title.includes('UTC-'))
    assert.equal(await moment.getAttribute('title'), exactTime(seenAt, 'America/New_York'))

    await page.goto(`${origin}/account`)
    await page.getByLabel('Time zone').selectOption('Asia/Tokyo')
    await page.getByRole('button', { name: 'Save profile' }).click()
    await page.getByText('Your profile is saved.').waitFor()
    await page.goto(`${origin}/account/sessions`)
    await page.waitForFunction(() => document.querySelector('time')?.title.includes('UTC+9'))
    assert.equal(await moment.getAttribute('title'), exactTime(seenAt, 'Asia/Tokyo'))
  })

  test('shows initials and name while they are typed', async ({ assert }) => {
    const page = await loggedIn()
    await page.goto(`${origin}/account`)
    await page.getByLabel('Name', { exact: true }).fill('Grace <i>Hopper')
    const preview = page.locator('.person')
    assert.equal(await preview.locator('.avatar').innerText(), 'G<')
    assert.include(await preview.innerText(), 'Grace <i>Hopper')
    await page.getByRole('button', { name: 'Save profile' }).click()
    await page.locator('summary').getByText('Grace <i>Hopper').waitFor()
  })
})
