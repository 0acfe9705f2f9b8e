import { test } from '@japa/runner'
import type { BrowserContext, Page } from 'playwright'
import { fingerprint } from '#engine/ssh/host_key'
import { createFleet } from '#tests/fleet/fleet'
import { GitServer } from '#tests/fleet/git_server'
import { launchChromium } from '#tests/support/chromium'
import { Panel } from '#tests/support/panel'
import { watchContext } from '#tests/support/page_guard'
import { keepScreenshot } from '#tests/support/screenshot'
import { visit } from '#tests/support/prober'

/*
| From a repository's address to a live site, by what is read from the repository. The tests build
| on one another, in order.
*/
test.group('A new project', (group) => {
  const fleet = createFleet({ image: 'prepared' })
  let panel: Panel
  let git: GitServer
  let context: BrowserContext
  let page: Page

  const web = () => fleet.host('web-1')
  const sees = (text: string | RegExp) => page.getByText(text).first().waitFor()
  const press = (name: string | RegExp) => page.getByRole('button', { name }).click()

  const app = (answer: string) => ({
    'package.json': JSON.stringify({
      name: 'shop',
      private: true,
      scripts: { start: 'node server.js', build: 'node build.js' },
      engines: { node: '>=18' },
    }),
    'package-lock.json': JSON.stringify({ name: 'shop', lockfileVersion: 3, packages: {} }),
    'build.js': "console.log('built')\n",
    'server.js': `require('node:http')
  .createServer((request, response) => response.end('${answer}'))
  .listen(process.env.PORT, process.env.HOST)
`,
    'docs/index.html': 'docs',
  })

  /** Looks at the page as people do: in both themes, on a desk and on a phone. */
  async function fits(assert: { isAtMost(value: number, most: number, message: string): void }) {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 844 })
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme })
        if (process.env.KEEP_PICTURES) {
          const at = new URL(page.url()).pathname.replace(/[0-9A-Z]{26}/g, 'id')
          await keepScreenshot(page, `new ${at} ${width} ${colorScheme} ${Date.now() % 100_000}`)
        }
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      assert.isAtMost(wide, width, `${page.url()} is wider than the screen`)
    }
    await page.setViewportSize({ width: 1280, height: 844 })
  }

  group.setup(async () => {
    await fleet.start(['web-1', 'git-1'])
    git = await GitServer.on(fleet.host('git-1'))
    await git.publish('shop', app('one'), 'First release')
    panel = await Panel.start()
    const browser = await launchChromium({})
    context = await browser.newContext({ viewport: { width: 1280, height: 844 } })
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

  test('begins with a repository and a server', async ({ assert }) => {
    await page.goto(panel.claimLink)
    await page.getByLabel('Your name').fill('Ada Lovelace')
    await page.getByLabel('Team').fill('Analytical')
    await page.getByLabel('E-mail').fill('ada@example.com')
    await page.getByLabel('Password').fill('correct horse battery')
    await press('Claim the panel')
    await page.getByRole('link', { name: 'Add a server' }).first().click()
    await page.getByLabel('Name', { exact: true }).fill('web-1')
    await page.getByLabel('Host name or IP address').fill(web().address)
    await press('Read host key')
    const paste = await page.locator('pre code, pre').first().innerText()
    web().inside(['bash', '-c', paste.trim()])
    await press(/fingerprint matches/)
    await press('Prepare web-1')
    await page
      .getByText(/nginx \d/)
      .first()
      .waitFor({ timeout: 60_000 })
    await page.locator('[data-region=result]').getByText('0', { exact: true }).waitFor()

    await page.getByRole('link', { name: 'Projects' }).first().click()
    await page.getByRole('link', { name: 'New project' }).first().click()
    await fits(assert)
    await page.getByLabel('Repository').fill(git.url('shop'))
    await press('Continue')
    await sees('Confirm')
    await page.reload()
    await fits(assert)
    await page.getByRole('link', { name: 'Compare the fingerprint' }).click()
    assert.equal(await page.getByLabel(/Host key of/).inputValue(), fingerprint(git.hostKey))
    await press(/fingerprint matches/)
    await sees('Deploy key')
  }).timeout(180_000)

  test('D20: says that the repository refuses the key, and what to do', async ({ assert }) => {
    await press('Test access and read the repository')
    await sees('The repository refused the key.')
    await fits(assert)
  }).timeout(60_000)

  test('reads the repository once it is let in, and fills in the settings', async ({ assert }) => {
    await git.authorize(await page.locator('pre').filter({ hasText: 'ssh-ed25519' }).innerText())
    await press('Read it again')
    await sees('Muster is let in')
    await sees('It looks like Node.js')
    await fits(assert)
    await page.getByRole('link', { name: 'Continue to the settings' }).click()
    assert.equal(await page.getByLabel('Build commands').inputValue(), 'npm ci\nnpm run build')
    assert.equal(await page.getByLabel('Start command').inputValue(), 'node server.js')
    assert.equal(await page.getByLabel('Short name').inputValue(), 'shop')
    await sees('package-lock.json is there')
    await sees('docs')
    await fits(assert)
    await page.getByLabel('Build commands').fill('npm run build')
    await page.getByLabel('Served under').fill('shop.example.test')
    await press('Create project')
  }).timeout(60_000)

  test('shows what will happen, then does exactly that', async ({ assert }) => {
    await sees('The first release')
    await sees('First release')
    await sees('npm run build')
    await fits(assert)
    await press(/^Deploy [0-9a-f]{7}$/)
    await page.waitForURL('**/deployments/*')
    await page
      .locator('[data-region=result]')
      .getByText('Live', { exact: true })
      .first()
      .waitFor({ timeout: 60_000 })
    const site = { address: web().address, port: 80, host: 'shop.example.test' }
    assert.equal((await visit(site)).body, 'one')
  }).timeout(120_000)

  test('names the commits since the live release, and deploys the one that was agreed to', async ({
    assert,
  }) => {
    await git.publish('shop', app('two'), 'Second release')
    await git.publish('shop', app('three'), 'Third <b>release</b>')
    await page.getByRole('link', { name: 'shop', exact: true }).first().click()
    await fits(assert)
    await press('See what will happen')
    await sees('Third <b>release</b>')
    await sees('2 commits')
    await fits(assert)
    await git.publish('shop', app('four'), 'Nobody agreed to this')
    await press(/^Deploy [0-9a-f]{7}$/)
    await page
      .locator('[data-region=result]')
      .getByText('Live', { exact: true })
      .first()
      .waitFor({ timeout: 60_000 })
    const site = { address: web().address, port: 80, host: 'shop.example.test' }
    assert.equal((await visit(site)).body, 'three')
    await page.reload()
    await sees('What it brought')
    await page.getByText('What it was going to do').click()
    await fits(assert)
    await page.goto(`${panel.url}/project-templates`)
    await fits(assert)
  }).timeout(120_000)
})
