import { test } from '@japa/runner'
import type { BrowserContext, Page } from 'playwright'
import { fingerprint } from '#engine/ssh/host_key'
import { createFleet } from '#tests/fleet/fleet'
import { launchChromium } from '#tests/support/chromium'
import { watchContext } from '#tests/support/page_guard'
import { Panel } from '#tests/support/panel'
import { keepScreenshot } from '#tests/support/screenshot'

/*
| A newcomer connects three servers, each in another way, orders them and finds them again, in a
| real browser against a real panel and real servers. The tests build on one another, in order.
*/
test.group('Three servers of a newcomer', (group) => {
  const fleet = createFleet({ image: 'base' })
  let panel: Panel
  let context: BrowserContext
  let page: Page

  const sees = (text: string | RegExp) => page.getByText(text).first().waitFor()
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const rows = () => page.locator('.table--servers tbody tr')
  const names = async () =>
    (await page.locator('.table--servers .table__link').allInnerTexts()).sort()

  group.tap((each) => each.timeout(120_000))
  group.setup(async () => {
    await fleet.start(['web-1', 'web-2', 'db-1'])
    fleet.host('web-2').setPassword('root', 'the password of root')
    panel = await Panel.start()
    const browser = await launchChromium({})
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    watchContext(context)
    page = await context.newPage()
    page.setDefaultTimeout(30_000)
    await page.goto(panel.claimLink)
    await page.getByLabel('Your name').fill('Ada Lovelace')
    await page.getByLabel('Team').fill('Analytical')
    await page.getByLabel('E-mail').fill('ada@example.com')
    await page.getByLabel('Password').fill('correct horse battery')
    await button('Claim the panel').click()
    await sees('Connect your first server')
    return () => browser.close()
  })
  group.each.setup((current) => async (failed: boolean) => {
    if (!failed) return
    await keepScreenshot(page, current.title)
    process.stderr.write(panel.output.slice(-4000))
  })
  group.teardown(async () => {
    await panel.remove()
    await fleet.stop()
  })

  async function add(name: string) {
    await page.goto(`${panel.url}/servers/new`)
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByLabel('Host name or IP address').fill(fleet.host(name).address)
  }

  async function compare(name: string) {
    const offered = page.getByLabel(/Host key offered/)
    await offered.waitFor()
    const shown = await offered.inputValue()
    if (shown !== fingerprint(fleet.host(name).hostKey)) throw new Error('It shows another key.')
  }

  test('says what the list is for while there is none', async () => {
    await page.goto(`${panel.url}/servers`)
    await sees('No servers yet')
    await page.getByRole('link', { name: 'Add a server' }).click()
    await page.getByLabel('Private key', { exact: true }).waitFor({ state: 'hidden' })
    await page.getByLabel('I import a private key').check()
    await page.getByLabel('Private key', { exact: true }).waitFor()
  })

  test('connects one by a line to paste', async () => {
    await add('web-1')
    await button('Read host key').click()
    await compare('web-1')
    const line = await page.locator('pre').first().innerText()
    fleet.host('web-1').inside(['bash', '-c', line.trim()])
    await button(/fingerprint matches/).click()
    await sees('web-1 is connected.')
    await sees(/Debian GNU/)
    await sees('Listening')
  })

  test('connects one by its password, given once', async ({ assert }) => {
    await add('web-2')
    await button('Read host key').click()
    await compare('web-2')
    await page.getByText('Use the password once').click()
    await page.getByLabel('Password of root').fill('another password')
    await button(/fingerprint matches/).click()
    await sees(/refused the login|refused the password/)
    await page.getByLabel('Password of root').fill('the password of root')
    await button(/fingerprint matches/).click()
    await sees('web-2 is connected.')
    assert.notInclude(await page.content(), 'the password of root')
  })

  test('connects one by a key that they have, after a look at a wrong one', async ({ assert }) => {
    await add('db-1')
    await page.getByLabel('I import a private key').check()
    await page.getByLabel('Private key', { exact: true }).fill('this is none')
    await button('Read host key').click()
    await sees('This is not a private key')
    assert.equal(await page.getByLabel('Private key', { exact: true }).inputValue(), '')
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'db-1')
    await page.getByLabel('Private key', { exact: true }).fill(fleet.host('db-1').privateKey)
    await button('Read host key').click()
    await compare('db-1')
    await button(/fingerprint matches/).click()
    await sees('db-1 is connected.')
    assert.notInclude(await page.content(), 'PRIVATE KEY')
  })

  test('makes a tag and puts it on two of them at once', async ({ assert }) => {
    await page.goto(`${panel.url}/tags`)
    await page.getByLabel('New tag').fill('production')
    await button('Make the tag').click()
    await sees('0 servers')
    await page.goto(`${panel.url}/servers`)
    assert.deepEqual(await names(), ['db-1', 'web-1', 'web-2'])
    const bar = page.locator('[data-selection-bar]')
    assert.isFalse(await bar.isVisible())
    await page.getByLabel('Select web-1').check()
    await page.getByLabel('Select web-2').check()
    await sees('2 selected')
    await bar.locator('summary', { hasText: 'Tags' }).click()
    await button('Put production on the selected servers').click()
    await sees('2 servers carry production.')
    assert.equal(await rows().locator('.tag', { hasText: 'production' }).count(), 2)
  })

  test('finds them by the tag, and keeps the filter', async ({ assert }) => {
    await page.goto(`${panel.url}/servers`)
    await page.locator('.menu--filter summary', { hasText: 'Tags' }).click()
    await page.locator('.menu--filter[open]').getByLabel('production').check()
    await page.locator('.menu--filter[open]').getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(/tags/)
    assert.deepEqual(await names(), ['web-1', 'web-2'])
    await button('Save the filter').click()
    await page.getByRole('dialog').getByLabel('Name').fill('Production')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'Production', exact: true }).waitFor()
    await page.goto(`${panel.url}/servers`)
    assert.deepEqual(await names(), ['db-1', 'web-1', 'web-2'])
    await page.getByRole('link', { name: 'Production', exact: true }).click()
    await page.waitForURL(/tags/)
    assert.deepEqual(await names(), ['web-1', 'web-2'])
    await page.getByRole('searchbox').fill('web-2')
    await page.getByRole('searchbox').press('Enter')
    await page.waitForURL(/search=web-2/)
    assert.deepEqual(await names(), ['web-2'])
    await page.getByRole('link', { name: 'Take off production' }).click()
    await page.getByRole('link', { name: 'Clear' }).click()
    await page.waitForURL(/servers$/)
  })

  test('is shown both keys when one changes, and pins the new one', async ({ assert }) => {
    const host = fleet.host('web-1')
    const former = fingerprint(host.hostKey)
    await host.reboot()
    host.replaceHostKey()
    await host.ready()
    await page.goto(`${panel.url}/servers`)
    await page.getByRole('link', { name: 'web-1' }).click()
    await button('Check now').click()
    await sees('The host key changed')
    await page.getByRole('link', { name: 'Compare the fingerprints' }).click()
    await sees(former)
    await sees(fingerprint(host.hostKey))
    await button(/pin it/).click()
    await sees('is pinned to the new key and answers')
    assert.isTrue(await page.getByText('Reachable').first().isVisible())
    await sees(/pinned/)
  })

  test('is found by keys alone, in the dark and on a phone', async ({ assert }) => {
    await page.setViewportSize({ width: 390, height: 800 })
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.goto(`${panel.url}/servers`)
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth
    )
    assert.isFalse(wide)
    await page.getByLabel('Select db-1').focus()
    await page.keyboard.press('Space')
    await sees('1 selected')
    await page.keyboard.press('Enter')
    await page.waitForURL(/servers%5B%5D/)
    await rows().nth(2).waitFor()
    assert.equal(await rows().count(), 3)
    await page.getByRole('link', { name: 'db-1' }).focus()
    await page.keyboard.press('Enter')
    await sees('Facts')
  })
})
