import { join } from 'node:path'
import { test } from '@japa/runner'
import limiter from '@adonisjs/limiter/services/main'
import db from '@adonisjs/lucid/services/db'
import type { BrowserContext, Page } from 'playwright'
import { issueResetLink } from '#app/auth/password_reset'
import { issueSetupToken } from '#app/auth/setup_token'
import { signUpLink } from '#app/auth/sign_up_link'
import PanelSettings from '#app/settings/models/panel_settings'
import type User from '#app/users/models/user'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { expectPageProblem } from '#tests/support/page_guard'
import { populate } from '#tests/support/population'
import { allRoutes, isApi, isPublic, pathOf } from '#tests/support/route_catalogue'
import { codeOf, giveAuthenticator, movePanelToLocalhost } from '#tests/support/second_factor'
import {
  createBelongings,
  createMember,
  createTenant,
  PASSWORD,
  type Belongings,
} from '#tests/support/tenants'

/** Keeps every page here as pictures, one per width and theme, for people who want to look. */
const PICTURES = process.env.KEEP_PICTURES

const WIDTHS = [1280, 390]
const THEMES = ['light', 'dark'] as const

/** Routes that answer with something that is no page. */
const NO_PAGE = /_(events|exports|sockets)\.|^run_logs\./

test.group('Every page fits a desk and a phone, in both themes', (group) => {
  let origin: string
  let page: Page

  group.tap((each) => each.timeout(300_000))
  group.each.setup(async () => {
    await limiter.clear()
    await emptyDatabase()
    const restore = swapServerRemotes()[1]
    const moved = await movePanelToLocalhost()
    origin = moved.origin
    return async () => {
      restore()
      await moved.back()
    }
  })

  async function begin(context: BrowserContext) {
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
  }

  async function logIn(user: User) {
    await page.goto(`${origin}/login`)
    await page.getByLabel('E-mail').fill(user.email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Log in', exact: true }).click()
    await page.waitForURL((url) => url.pathname !== '/login')
  }

  /** What of the page at hand is wider than its window. */
  async function tooWide(name: string): Promise<string[]> {
    const wide: string[] = []
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 844 })
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme })
        const needed = await page.evaluate(() => document.documentElement.scrollWidth)
        if (needed > width) wide.push(`${name} takes ${needed} of ${width} pixels, ${colorScheme}`)
        if (!PICTURES) continue
        const path = join(PICTURES, `${name}-${width}-${colorScheme}.png`)
        await page.screenshot({ path, fullPage: true, animations: 'disabled' })
      }
    }
    return wide
  }

  /** What is wrong with these pages, each a name and a path. */
  async function faultsOf(paths: Record<string, string>, status = 200): Promise<string[]> {
    const faults: string[] = []
    for (const [name, path] of Object.entries(paths)) {
      const response = await page.goto(origin + path)
      if (response!.status() !== status) faults.push(`${name} answers ${response!.status()}`)
      faults.push(...(await tooWide(name)))
    }
    return faults
  }

  test('a stranger’s', async ({ assert, browserContext }) => {
    await begin(browserContext)
    const token = await issueSetupToken()
    assert.deepEqual(await faultsOf({ 'setup.create': `/setup?token=${token}` }), [])

    const tenant = await createTenant()
    const { invitationToken } = await createBelongings(tenant)
    const settings = await PanelSettings.findOrFail('panel')
    await settings.merge({ signUp: true }).save()
    const pathIn = (link: string) => link.slice(origin.length)
    const reset = await db.transaction((trx) => issueResetLink(tenant.owner, origin, trx))
    const signUp = signUpLink('ada@example.com', origin)
    const pages = {
      'session.create': '/login',
      'password_requests.create': '/forgot-password',
      'password_resets.create': pathIn(reset.reveal()),
      'sign_ups.create': '/sign-up',
      'sign_up_completions.create': pathIn(signUp.reveal()),
      'invitation_acceptances.show': `/invitations/${invitationToken}`,
      'design_system': '/design-system',
    }
    assert.deepEqual(await faultsOf(pages), [])
    expectPageProblem(/status of 404/)
    const over = { 'link-over': '/reset-password?token=x', 'not-found': '/nowhere' }
    assert.deepEqual(await faultsOf(over, 404), [])
  })

  test('of those who have the second factor before them', async ({ assert, browserContext }) => {
    const tenant = await createTenant()
    const user = await giveAuthenticator(tenant.owner)
    await begin(browserContext)
    await logIn(user)
    assert.deepEqual(await tooWide('second_factors.create'), [])
    await page.getByLabel('Code').fill(codeOf(user))
    await page.getByRole('button', { name: 'Log in', exact: true }).click()
    await page.waitForURL('**/dashboard')
    await page.goto(`${origin}/account/security`)
    assert.deepEqual(await tooWide('account_security-with-app'), [])
    await page.getByRole('button', { name: 'Make new codes' }).click()
    await page.waitForURL('**/recovery-codes')
    assert.deepEqual(await tooWide('recovery_codes-shown'), [])
  })

  test('of those who see only what is granted', async ({ assert, browserContext }) => {
    const tenant = await createTenant()
    const belongings = await createBelongings(tenant)
    const member = await createMember(tenant.team, 'viewer', true)
    await begin(browserContext)
    await logIn(member)
    assert.deepEqual(await faultsOf({ 'granted-nothing': '/projects' }), [])
    const { id } = belongings.project
    expectPageProblem(/status of 404/)
    assert.deepEqual(await faultsOf({ 'not-granted': `/projects/${id}` }, 404), [])
    expectPageProblem(/status of 403/)
    assert.deepEqual(await faultsOf({ refused: `/projects/${id}/settings` }, 403), [])
  })

  test('of those who may do everything, where there is much', async ({
    assert,
    browserContext,
  }) => {
    const tenant = await createTenant()
    await tenant.owner.merge({ administrator: true }).save()
    await begin(browserContext)
    await logIn(tenant.owner)
    const belongings = await createBelongings(tenant)
    await populate(tenant, belongings)
    assert.deepEqual(await faultsOf(pathsFor(belongings)), [])
  })

  test('of those who have nothing yet', async ({ assert, browserContext }) => {
    const tenant = await createTenant()
    await begin(browserContext)
    await logIn(tenant.owner)
    const lists = ['dashboard', 'servers', 'projects', 'runs', 'bulk-runs', 'scripts', 'ssh-keys']
    const empty = lists.map((name) => [`empty-${name}`, `/${name}`] as const)
    assert.deepEqual(await faultsOf(Object.fromEntries(empty)), [])
  })
})

/** The pages of everybody who is signed in, by the names of their routes. */
function pathsFor(belongings: Belongings): Record<string, string> {
  const pages = allRoutes().filter(
    (route) =>
      route.method === 'GET' && !isPublic(route) && !isApi(route) && !NO_PAGE.test(route.name)
  )
  return Object.fromEntries(pages.map((route) => [route.name, pathOf(route, belongings)]))
}
