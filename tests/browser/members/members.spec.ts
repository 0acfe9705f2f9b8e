import { test } from '@japa/runner'
import type { Browser, BrowserContext, Page } from 'playwright'
import { launchChromium } from '#tests/support/chromium'
import { expectPageProblem, watchContext } from '#tests/support/page_guard'
import { keepScreenshot } from '#tests/support/screenshot'
import {
  createProject,
  createServer,
  createTenant,
  PASSWORD,
  type Tenant,
} from '#tests/support/tenants'

/*
| A person's way into a team and out of it, seen from both sides. The tests build on one another.
*/
test.group('From an invitation to the door', (group) => {
  let browser: Browser
  let tenant: Tenant
  let contexts: BrowserContext[] = []
  let owner: Page
  let grace: Page
  let link: string

  group.setup(async () => {
    tenant = await createTenant()
    const [web, db] = [
      await createServer(tenant, { name: 'web-1' }),
      await createServer(tenant, { name: 'db-1' }),
    ]
    await createProject(tenant, web, { name: 'Shop' })
    await createProject(tenant, db, { name: 'Ledger' })
    browser = await launchChromium({})
    owner = await open()
    await owner.goto('/login')
    await owner.getByLabel('E-mail').fill(tenant.owner.email)
    await owner.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await owner.getByRole('button', { name: 'Log in', exact: true }).click()
    await owner.waitForURL('**/dashboard')
    grace = await open()
    return () => browser.close()
  })
  group.each.setup((current) => async (failed: boolean) => {
    if (!failed) return
    for (const context of contexts) await keepScreenshot(context.pages()[0], current.title)
  })

  /** A page in a browser of its own. */
  async function open(): Promise<Page> {
    const baseURL = process.env.APP_URL
    const context = await browser.newContext({ baseURL, viewport: { width: 1280, height: 800 } })
    watchContext(context)
    contexts.push(context)
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    return page
  }

  test('an owner invites someone by the menu of the team', async ({ assert }) => {
    await owner.locator('summary', { hasText: tenant.team.name }).press('Enter')
    await owner.getByRole('link', { name: 'Members' }).click()
    await owner.getByRole('link', { name: 'Invite someone' }).first().click()
    await owner.getByLabel('E-mail').fill('grace@example.com')
    await owner.getByLabel('Deployer').check()
    await owner.getByRole('button', { name: 'Invite', exact: true }).click()
    await owner.getByText('grace@example.com is invited').waitFor()
    link = (await owner.locator('.code__text').textContent())!
    assert.include(link, '/invitations/')
    await owner.reload()
    assert.equal(await owner.getByText(link).count(), 0)
  })

  test('the link leads to an account and into the team', async ({ assert }) => {
    await grace.goto(link)
    await grace.getByRole('heading', { name: `Join ${tenant.team.name}` }).waitFor()
    await grace.getByLabel('Your name').fill('Grace Hopper')
    await grace.getByLabel('Password').fill(PASSWORD)
    await grace.getByRole('button', { name: 'Make account and join' }).click()
    await grace.waitForURL('**/dashboard')
    for (const name of ['web-1', 'db-1', 'Shop', 'Ledger']) {
      assert.isAbove(await grace.getByText(name, { exact: true }).count(), 0, name)
    }
  })

  test('what is not granted is gone from the next page on', async ({ assert }) => {
    await owner.goto('/team')
    await owner.getByRole('link', { name: 'Grace Hopper' }).click()
    const list = owner.getByRole('group', { name: 'Granted servers and projects' })
    assert.isFalse(await list.isVisible())
    await owner.getByLabel('Only these').check()
    assert.isTrue(await list.isVisible())
    await list.getByLabel('Shop').check()
    await owner.getByRole('button', { name: 'Save what they see' }).click()
    await owner.getByText('Grace Hopper sees only what is granted.').waitFor()
    await grace.reload()
    assert.isAbove(await grace.getByText('Shop', { exact: true }).count(), 0)
    assert.equal(await grace.getByText('Ledger').count(), 0)
    assert.equal(await grace.getByRole('link', { name: 'web-1' }).count(), 0)
  })

  test('who is put out finds the door, and can make a team of their own', async ({ assert }) => {
    expectPageProblem(/403/)
    await owner.getByRole('button', { name: 'Remove from the team' }).click()
    const dialog = owner.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Remove from the team' }).click()
    await owner.getByText('Grace Hopper is no longer in the team.').waitFor()
    await grace.reload()
    await grace.getByText('You are not in a team').waitFor()
    await grace.getByLabel('Name').fill('Flow-Matic')
    await grace.getByRole('button', { name: 'Make team' }).click()
    await grace.getByText('Flow-Matic is yours.').waitFor()
    assert.equal(await grace.getByText('Shop').count(), 0)
  })
})
