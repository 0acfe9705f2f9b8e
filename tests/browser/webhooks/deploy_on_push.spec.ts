import { test } from '@japa/runner'
import type { Browser, Page } from 'playwright'
import type Project from '#app/projects/models/project'
import { launchChromium } from '#tests/support/chromium'
import { watchContext } from '#tests/support/page_guard'
import { keepScreenshot } from '#tests/support/screenshot'
import {
  createProject,
  createServer,
  createTenant,
  PASSWORD,
  type Tenant,
} from '#tests/support/tenants'
import { call, pushOf } from '#tests/support/webhook_calls'

/*
| From a project without a webhook to a push that deploys, and to what waits. No worker is there,
| so that what began stays under way. The tests build on one another.
*/
test.group('Deploy on push', (group) => {
  let browser: Browser
  let tenant: Tenant
  let project: Project
  let page: Page
  let address: string
  let secret: string

  group.setup(async () => {
    tenant = await createTenant()
    project = await createProject(tenant, await createServer(tenant, { name: 'web-1' }), {
      name: 'Shop',
      repositoryUrl: 'git@github.com:team/shop.git',
    })
    browser = await launchChromium({})
    const baseURL = process.env.APP_URL
    const context = await browser.newContext({ baseURL, viewport: { width: 1280, height: 800 } })
    watchContext(context)
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto('/login')
    await page.getByLabel('E-mail').fill(tenant.owner.email)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Log in', exact: true }).click()
    await page.waitForURL('**/dashboard')
    return () => browser.close()
  })
  group.each.setup((current) => async (failed: boolean) => {
    if (failed) await keepScreenshot(page, current.title)
  })

  const sees = (text: string | RegExp) => page.getByText(text).first().waitFor()
  const push = (told = {}, key = secret) =>
    call(process.env.APP_URL!, address.split('/').at(-1)!, pushOf('github', key, told))

  test('a webhook is made with its address and a secret to copy', async ({ assert }) => {
    await page.goto(`/projects/${project.id}`)
    await page.getByRole('link', { name: 'Deploy on push' }).click()
    assert.equal(await page.getByLabel('Called by').inputValue(), 'github')
    await page.getByRole('button', { name: 'Make a webhook' }).click()
    await sees('Copy the secret now')
    secret = (await page.locator('.code__text').first().textContent())!.trim()
    address = (await page.locator('.copy__text').first().textContent())!.trim()
    assert.include(address, `${process.env.APP_URL}/hooks/`)
    await page.reload()
    assert.equal(await page.getByText(secret).count(), 0)
  })

  test('a push deploys, and its delivery leads to the deployment', async ({ assert }) => {
    const told = { pusher: 'Grace Hopper', message: 'Show the prices with tax' }
    assert.equal((await push(told)).status, 202)
    assert.equal((await push({ ref: 'refs/heads/feature/basket' })).status, 200)
    assert.equal((await push({}, 'wrong')).status, 404)
    await page.reload()
    await sees('Another branch or tag than the project deploys.')
    await page.reload()
    await sees('A call was refused')
    await page.getByRole('link', { name: 'Deployment began' }).click()
    await sees('Push by Grace Hopper')
    await sees('Show the prices with tax')
  })

  test('who deploys meanwhile is told that it waits, and may cancel it', async () => {
    await page.goto(`/projects/${project.id}`)
    await page.getByRole('button', { name: 'With a reason' }).click()
    await page.getByLabel('Reason', { exact: true }).fill('Prices for the weekend')
    await page.getByRole('dialog').getByRole('button', { name: 'Deploy main' }).click()
    await sees('It waits for the deployment under way')
    await sees('Reason: Prices for the weekend')
    await page.goto(`/projects/${project.id}`)
    await sees('A deployment waits')
    await page.getByRole('link', { name: 'Deploy Shop' }).first().click()
    await page.getByRole('button', { name: 'Cancel deployment' }).click()
    await sees('It was cancelled before it began')
  })

  test('how what waits is treated is a setting', async ({ assert }) => {
    await page.goto(`/projects/${project.id}/settings`)
    await page.getByText('Queue and deadline').click()
    await page.getByLabel('Each has its turn').check()
    await page.getByLabel('Deadline, minutes').fill('1440')
    await page.getByRole('button', { name: 'Save settings' }).click()
    await sees('Saved.')
    await page.getByText('Queue and deadline').click()
    assert.isTrue(await page.getByLabel('Each has its turn').isChecked())
    assert.equal(await page.getByLabel('Deadline, minutes').inputValue(), '1440')
  })
})
