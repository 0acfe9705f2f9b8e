import { test } from '@japa/runner'
import type { BrowserContext, Page } from 'playwright'
import { createFleet } from '#tests/fleet/fleet'
import { launchChromium } from '#tests/support/chromium'
import { expectPageProblem, watchContext } from '#tests/support/page_guard'
import { Panel } from '#tests/support/panel'
import { keepScreenshot } from '#tests/support/screenshot'

const HOSTS = ['web-1', 'web-2', 'web-3']

/*
| A newcomer with three servers, in a real browser against a real panel and real servers. The tests
| build on one another, in order.
*/
test.group('From three servers to a bulk run', (group) => {
  const fleet = createFleet({ image: 'base' })
  let panel: Panel
  let context: BrowserContext
  let page: Page

  const sees = (text: string | RegExp) => page.getByText(text).first().waitFor()
  const ends = (label: string) =>
    page.locator('.topline__actions').getByText(label, { exact: true }).waitFor({ timeout: 90_000 })

  group.setup(async () => {
    await fleet.start(HOSTS)
    panel = await Panel.start()
    const browser = await launchChromium({})
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    watchContext(context)
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
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

  test('claims the panel and connects three servers', async () => {
    await page.goto(panel.claimLink)
    await page.getByLabel('Your name').fill('Ada Lovelace')
    await page.getByLabel('Team').fill('Analytical')
    await page.getByLabel('E-mail').fill('ada@example.com')
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Claim the panel' }).click()
    await sees('Connect your first server')
    for (const name of HOSTS) {
      const host = fleet.host(name)
      await page.goto(`${panel.url}/servers/new`)
      await page.getByLabel('Name', { exact: true }).fill(name)
      await page.getByLabel('Host name or IP address').fill(host.address)
      await page.getByRole('button', { name: 'Read host key' }).click()
      const paste = await page.locator('pre code, pre').first().innerText()
      host.inside(['bash', '-c', paste.trim()])
      await page.getByRole('button', { name: /fingerprint matches/ }).click()
      await sees('Reachable')
    }
  })

  test('runs a command on all and sees what is the same and what differs', async ({ assert }) => {
    fleet.host('web-3').inside(['sh', '-c', 'echo tuned=yes >> /etc/sample.conf'])
    await page.getByRole('link', { name: 'Scripts', exact: true }).click()
    await page.getByRole('link', { name: 'Run something' }).first().click()
    await page.getByRole('link', { name: 'A command' }).click()
    await page
      .getByLabel('Command', { exact: true })
      .fill('echo one\necho two\ncat /etc/sample.conf 2>/dev/null || true')
    await page.getByLabel('All in this list').check()
    await sees('3 selected')
    await page.getByRole('button', { name: 'Run it' }).click()
    await page.waitForURL('**/bulk-runs/*')
    await ends('Succeeded')
    await sees('2 the same, 1 differ')
    assert.equal(await page.locator('.difference__line--here').innerText(), '+tuned=yes')
    const rows = page.locator('.bulk-targets tbody tr')
    assert.equal(await rows.count(), 3)
    await page.locator('.bulk-targets').getByRole('link', { name: 'web-3' }).click()
    await page.waitForURL('**/runs/*')
    await sees('tuned=yes')
  })

  test('writes a script, runs it, and runs only the failed again', async ({ assert }) => {
    await page.goto(`${panel.url}/scripts`)
    await page.getByRole('link', { name: 'Write a script' }).click()
    await page.getByLabel('Name', { exact: true }).first().fill('Check the flag')
    await page
      .getByLabel('Script', { exact: true })
      .fill('test -e "$FILE" && echo "$FILE is there"')
    await page.locator('#parameter-0-name').fill('FILE')
    await page.locator('#parameter-0-defaultValue').fill('/tmp/flag')
    await page.getByRole('button', { name: 'Save script' }).click()
    await sees('It has not run yet')
    for (const name of ['web-1', 'web-2']) fleet.host(name).inside(['touch', '/tmp/flag'])

    await page.getByRole('link', { name: 'Run it' }).click()
    await page.getByLabel('All in this list').check()
    await page.getByRole('button', { name: 'Run it' }).click()
    await ends('Failed on some')
    fleet.host('web-3').inside(['touch', '/tmp/flag'])
    await page.getByRole('link', { name: 'Run the 1 failed again' }).click()
    assert.equal(await page.getByLabel('FILE').inputValue(), '/tmp/flag')
    await page.getByRole('button', { name: 'Run it' }).click()
    await ends('Succeeded')
    await sees('/tmp/flag is there')
  })

  test('confirms a list of servers before they restart, and watches one come back', async ({
    assert,
  }) => {
    await page.goto(`${panel.url}/servers`)
    await page.getByRole('link', { name: 'web-2' }).click()
    await page.getByRole('link', { name: 'Run a command' }).click()
    const query = new URL(page.url()).search
    await page.goto(`${panel.url}/bulk-runs/new${query}`)
    await page.getByRole('link', { name: 'Reboot' }).click()
    const boot = () => fleet.host('web-2').inside(['cat', '/proc/sys/kernel/random/boot_id'])
    const before = boot()
    await page.getByRole('button', { name: 'Go on' }).click()
    await sees('Nothing has happened yet')
    assert.equal(boot(), before)
    await page.getByRole('button', { name: 'Reboot 1 server' }).click()
    await ends('Succeeded')
    await sees(/Back after \d+ s/)
    assert.notEqual(boot(), before)
  })

  test('J1: a panel killed in the middle goes on, and every server ran once', async ({
    assert,
  }) => {
    for (const name of HOSTS) fleet.host(name).inside(['rm', '-f', '/tmp/ran'])
    await page.goto(`${panel.url}/bulk-runs/command?matching=1`)
    await page
      .getByLabel('Command', { exact: true })
      .fill('echo ran >> /tmp/ran; for i in 1 2 3 4 5 6; do echo "part $i"; sleep 0.5; done')
    await page.getByText('How it goes over the servers').click()
    await page.getByLabel('At most at once').fill('1')
    await page.getByRole('button', { name: 'Run it' }).click()
    await page.locator('[data-figure=succeeded]').getByText('1', { exact: true }).waitFor()
    expectPageProblem(/net::ERR_/)
    await panel.kill('SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await panel.boot()
    await ends('Succeeded')
    await sees('All 3 the same')
    for (const name of HOSTS) {
      assert.equal(fleet.host(name).inside(['cat', '/tmp/ran']), 'ran\n', name)
    }
  })

  test('works as plain forms where scripts are off', async ({ assert }) => {
    const plain = await context.browser()!.newContext({ javaScriptEnabled: false })
    const tab = await plain.newPage()
    await tab.goto(`${panel.url}/login`)
    await tab.getByLabel('E-mail').fill('ada@example.com')
    await tab.getByLabel('Password').fill('correct horse battery')
    await tab.getByRole('button', { name: 'Log in' }).click()
    await tab.goto(`${panel.url}/bulk-runs/command?matching=1`)
    await tab.getByLabel('Command', { exact: true }).fill('echo plain')
    await tab.getByRole('button', { name: 'Run it' }).click()
    await tab.waitForURL('**/bulk-runs/*')
    const done = tab.locator('.topline__actions').getByText('Succeeded', { exact: true })
    for (let tries = 0; tries < 60 && (await done.count()) === 0; tries++) {
      await tab.waitForTimeout(250)
      await tab.reload()
    }
    assert.include(await tab.locator('main').innerText(), 'All 3 the same')
    await plain.close()
  })
})
