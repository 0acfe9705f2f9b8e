import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import type { BrowserContext, Page } from 'playwright'
import { fingerprint } from '#engine/ssh/host_key'
import { createFleet } from '#tests/fleet/fleet'
import { GitServer } from '#tests/fleet/git_server'
import { launchChromium } from '#tests/support/chromium'
import { Panel } from '#tests/support/panel'
import { OFFLINE_INSTALL, warmNpmCache, type NpmManifest } from '#tests/support/npm_cache'
import { expectPageProblem, watchContext } from '#tests/support/page_guard'
import { startMailSink, type MailSink, type ReceivedMail } from '#tests/support/mail_sink'
import { keepScreenshot } from '#tests/support/screenshot'
import { Prober, visit } from '#tests/support/prober'
import { expressApp, staticSite } from '#tests/support/sample_projects'

/*
| A newcomer's way, from an unclaimed panel to a live deployment and back, in a real browser against
| a real panel process and real servers. The tests build on one another, in order.
*/
test.group('From an empty panel to a live deploy', (group) => {
  const fleet = createFleet({ image: 'base' })
  let panel: Panel
  let git: GitServer
  let sink: MailSink
  let manifest: NpmManifest
  let context: BrowserContext
  let page: Page

  const web = () => fleet.host('web-1')
  const site = { address: '', port: 80, host: 'app.example.test' }
  const sees = (text: string | RegExp) => page.getByText(text).first().waitFor()
  const ends = (label: string, timeout = 120_000) =>
    page
      .locator('[data-region=result]')
      .getByText(label, { exact: true })
      .first()
      .waitFor({ timeout })

  /** The message with this subject, once the panel has sent it. */
  async function mailAbout(subject: string): Promise<ReceivedMail> {
    for (let look = 0; look < 100; look++) {
      const mail = sink.messages.find(({ headers }) => headers.subject === subject)
      if (mail) return mail
      await sleep(200)
    }
    const subjects = sink.messages.map(({ headers }) => headers.subject)
    throw new Error(`No mail says “${subject}”, only: ${subjects.join(', ')}`)
  }

  /** Looks at the page as people do: in both themes, on a desk and on a phone. */
  async function fits(assert: { isAtMost(value: number, most: number, message: string): void }) {
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme })
        if (process.env.KEEP_PICTURES) {
          const at = new URL(page.url()).pathname.replace(/[0-9A-Z]{26}/g, 'id')
          await keepScreenshot(page, `first ${at} ${width} ${colorScheme} ${Date.now() % 100_000}`)
        }
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      assert.isAtMost(wide, width, `${page.url()} is wider than the screen`)
    }
  }

  group.setup(async () => {
    await fleet.start(['web-1', 'git-1'])
    site.address = web().address
    manifest = warmNpmCache([web()])
    git = await GitServer.on(fleet.host('git-1'))
    await git.publish('app', expressApp(manifest, 'one'), 'First release')
    await git.publish('site', staticSite('hello'), 'A page')
    panel = await Panel.start()
    sink = await startMailSink()
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
    await sink.stop()
    await fleet.stop()
  })

  test('claims the panel with the link from the console, once', async ({ assert }) => {
    const link = panel.claimLink
    await page.goto(link)
    await page.getByLabel('Your name').fill('Ada Lovelace')
    await page.getByLabel('Team').fill('Analytical')
    await page.getByLabel('E-mail').fill('ada@example.com')
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Claim the panel' }).click()
    await sees('Connect your first server')
    assert.equal((await page.request.get(link)).status(), 404)
  })

  test('connects a server only after its fingerprint was confirmed', async ({ assert }) => {
    await page.getByRole('link', { name: 'Add a server' }).first().click()
    await page.getByLabel('Name', { exact: true }).fill('web-1')
    await page.getByLabel('Host name or IP address').fill(web().address)
    await page.getByRole('button', { name: 'Read host key' }).click()

    await sees('Compare the fingerprint')
    assert.equal(await page.getByLabel(/Host key offered/).inputValue(), fingerprint(web().hostKey))
    const log = web().inside(['journalctl', '-u', 'ssh', '--no-pager', '-o', 'cat'])
    assert.notMatch(log, /Accepted|Failed|Connection closed by authenticating/)

    const paste = await page.locator('pre code, pre').first().innerText()
    web().inside(['bash', '-c', paste.trim()])
    await page.getByRole('button', { name: /fingerprint matches/ }).click()
    await sees('Reachable')
    await sees(/Debian GNU\/Linux/)
  })

  test('prepares the server as a run that can be watched', async () => {
    await page.getByRole('button', { name: 'Prepare web-1' }).click()
    await page.waitForURL('**/runs/*')
    await ends('0', 220_000)
    await sees(/nginx \d/)
  }).timeout(240_000)

  test('makes a project, confirms its git host and deploys it', async ({ assert }) => {
    await page.goto(`${panel.url}/projects/new`)
    await page.getByLabel('Name', { exact: true }).fill('App')
    await page.getByLabel('Repository').fill(git.url('app'))
    await page.getByLabel('Build commands').fill(`node build.js\n${OFFLINE_INSTALL}`)
    await page.getByLabel('Start command').fill('node server.js')
    await page.getByLabel('Served under').fill(site.host)
    await page.getByLabel('Short name').fill('app')
    await page.getByRole('button', { name: 'Create project' }).click()

    await sees('Deploy key')
    await git.authorize(await page.locator('pre').filter({ hasText: 'ssh-ed25519' }).innerText())
    await page.getByRole('link', { name: 'Compare the fingerprint' }).click()
    assert.equal(await page.getByLabel(/Host key of/).inputValue(), fingerprint(git.hostKey))
    await page.getByRole('button', { name: /fingerprint matches/ }).click()

    await page.getByRole('button', { name: 'Deploy main' }).click()
    await page.waitForURL('**/deployments/*')
    await ends('Live')
    await sees('First release')
    const answer = await visit(site)
    assert.equal(answer.status, 200)
    assert.deepEqual(JSON.parse(answer.body), { release: 'one', greeting: null })
    await sees(/^in \d+ ms$/)
    await fits(assert)
  })

  test('sets a variable and sends a second release live without one failed request', async ({
    assert,
  }) => {
    await page.getByRole('link', { name: 'App', exact: true }).first().click()
    await page.getByRole('link', { name: 'Variables' }).click()
    await page.getByLabel('Key', { exact: true }).fill('GREETING')
    await page.getByLabel('Value', { exact: true }).fill('hello from a variable')
    await page.getByRole('button', { name: 'Set variable' }).click()
    await page.getByRole('cell', { name: 'secret', exact: true }).waitFor()
    assert.notInclude(await page.content(), 'hello from a variable')

    await git.publish('app', expressApp(manifest, 'two'), 'Second release')
    const prober = new Prober({ ...site, perSecond: 100 })
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByRole('button', { name: 'Deploy main' }).click()
    await ends('Live')
    const seen = await prober.stop()
    assert.deepEqual(seen.failures, [])
    assert.isAbove(seen.requests, 50)
    assert.deepEqual(
      seen.bodies.map((body) => JSON.parse(body)),
      [
        { release: 'one', greeting: null },
        { release: 'two', greeting: 'hello from a variable' },
      ]
    )
  })

  test('applies a changed variable by building the live commit again', async ({ assert }) => {
    await page.getByRole('link', { name: 'App', exact: true }).first().click()
    await page.getByRole('link', { name: 'Variables' }).click()
    await page.getByLabel('Key', { exact: true }).fill('GREETING')
    await page.getByLabel('Value', { exact: true }).fill('another')
    await page.getByRole('button', { name: 'Set variable' }).click()
    await page.getByRole('link', { name: 'Overview' }).click()
    await sees('GREETING was changed after the live release was built')
    await fits(assert)
    await page.getByRole('button', { name: /^Deploy [0-9a-f]{7} with them$/ }).click()
    await ends('Live')
    await sees('for GREETING')
    assert.deepEqual(JSON.parse((await visit(site)).body), { release: 'two', greeting: 'another' })
  })

  test('sends mail by a server that is set', async () => {
    await page.goto(`${panel.url}/administration/settings/mail`)
    await page.getByLabel('Mail server').fill('127.0.0.1')
    await page.getByLabel('Port').fill(String(sink.port))
    await page.getByLabel('None', { exact: true }).check()
    await page.getByLabel('Sender').fill('muster@example.com')
    await page.getByRole('button', { name: 'Save settings' }).click()
    await sees('The settings are saved.')
    await page.getByRole('link', { name: 'Projects', exact: true }).first().click()
  })

  test('D2: refuses a broken release while the old one answers, and says so by mail', async ({
    assert,
  }) => {
    await git.publish('app', expressApp(manifest, 'broken', { broken: true }), 'A broken release')
    const prober = new Prober({ ...site, perSecond: 50 })
    await page.getByRole('link', { name: 'App', exact: true }).first().click()
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByText('Health check and releases').click()
    await page.getByLabel('Wait for it, seconds').fill('3')
    await page.getByRole('button', { name: 'Save settings' }).click()
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByRole('button', { name: 'Deploy main' }).click()
    await ends('Failed')
    await sees('What next:')
    const seen = await prober.stop()
    assert.deepEqual(seen.failures, [])
    assert.equal(JSON.parse((await visit(site)).body).release, 'two')
    const { to, text } = await mailAbout('App was not deployed')
    assert.deepEqual(to, ['ada@example.com'])
    assert.include(text, 'What was live before it is live.')
    assert.include(text, new URL(page.url()).pathname)
    await page.reload()
    await sees('Mailed to Ada Lovelace.')
    await fits(assert)
  })

  test('rolls back to the first release, told which variables that takes back', async ({
    assert,
  }) => {
    await page.getByRole('link', { name: 'App', exact: true }).first().click()
    const row = page.getByRole('row').filter({ hasText: 'First release' })
    await row.getByRole('link', { name: 'Roll back to this' }).click()
    await sees('1 variable is other now than it was built with')
    await fits(assert)
    await page.getByRole('button', { name: /^Roll back to [0-9a-f]{7}$/ }).click()
    await ends('Live')
    assert.deepEqual(JSON.parse((await visit(site)).body), { release: 'one', greeting: null })
  })

  test('shows on the page of the project what is deployed from the list, without a reload', async ({
    assert,
  }) => {
    await git.publish(
      'app',
      { ...expressApp(manifest, 'list'), 'build.js': slowBuild(120, 100) },
      'From the list'
    )
    await page.getByRole('link', { name: 'App', exact: true }).first().click()
    await sees('First release')
    await page.evaluate(() => (document.body.dataset.same = 'yes'))
    const project = page.url()
    const following = [`${panel.url}/projects`, `${project}/deployments`, `${panel.url}/dashboard`]
    const others: Page[] = []
    for (const url of following) {
      const each = await context.newPage()
      await each.goto(url)
      await each.evaluate(() => (document.body.dataset.same = 'yes'))
      others.push(each)
    }
    const other = await context.newPage()
    await other.goto(`${panel.url}/projects`)
    await other.getByRole('button', { name: 'Deploy main of App' }).click()
    await other.waitForURL('**/deployments/*')
    await sees('Steps and log')
    await page.locator('[data-place-now]', { hasText: 'Build' }).waitFor()
    await page
      .locator('dl', { hasText: 'Live since' })
      .getByText('From the list')
      .waitFor({ timeout: 60_000 })
    for (const each of others) {
      await each.getByText('From the list').first().waitFor()
      await each
        .getByRole('row', { name: /Deployed/ })
        .first()
        .waitFor()
    }
    for (const each of [page, ...others]) {
      assert.equal(await each.evaluate(() => document.body.dataset.same), 'yes', each.url())
    }
    for (const each of [other, ...others]) await each.close()
    assert.equal(JSON.parse((await visit(site)).body).release, 'list')
  })

  test('shows its processes as the server has them, without a reload', async ({ assert }) => {
    await page.getByRole('link', { name: 'Processes', exact: true }).click()
    const instance = page.getByRole('row', { name: /^web 1/ })
    await instance.getByText('Running').waitFor()
    await page.evaluate(() => (document.body.dataset.same = 'yes'))
    const [unit] = web()
      .inside(['systemctl', 'list-units', '--plain', '--no-legend', 'muster-app-*'])
      .split(' ')
    web().inside(['systemctl', 'stop', unit])
    await instance.getByText('Stopped').waitFor()
    web().inside(['systemctl', 'start', unit])
    await instance.getByText('Running').waitFor()
    assert.equal(await page.evaluate(() => document.body.dataset.same), 'yes')
    await page.getByRole('link', { name: 'Overview', exact: true }).click()
  })

  test('deploys a static site beside it', async ({ assert }) => {
    await page.goto(`${panel.url}/projects/new`)
    await page.getByLabel('Name', { exact: true }).fill('Site')
    await page.getByLabel('Repository').fill(git.url('site'))
    await page.getByLabel('Static files').check()
    await page.getByLabel('Public directory').fill('public')
    await page.getByLabel('Served under').fill('site.example.test')
    await page.getByLabel('Short name').fill('site')
    await page.getByRole('button', { name: 'Create project' }).click()
    await git.authorize(await page.locator('pre').filter({ hasText: 'ssh-ed25519' }).innerText())
    await page.getByRole('button', { name: 'Deploy main' }).click()
    await ends('Live')
    const answer = await visit({ ...site, host: 'site.example.test' })
    assert.include(answer.body, '<p>hello</p>')
  })

  test('J1: a panel killed in mid-deploy comes back to a finished deployment and its whole log', async ({
    assert,
  }) => {
    await git.publish(
      'app',
      { ...expressApp(manifest, 'three'), 'build.js': slowBuild(60, 100) },
      'A slow build'
    )
    await page.getByRole('link', { name: 'Projects' }).first().click()
    await page.getByRole('link', { name: 'App', exact: true }).first().click()
    await page.getByRole('button', { name: 'Deploy main' }).click()
    await sees('count 10')
    expectPageProblem(/net::ERR_/)
    await panel.kill('SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 2000))
    await panel.boot()
    await ends('Live')
    const log = await (await page.request.get(await logUrl(page))).text()
    const counted = [...log.matchAll(/^count (\d+)$/gm)].map((match) => Number(match[1]))
    assert.deepEqual(
      counted,
      Array.from({ length: 60 }, (_, n) => n + 1)
    )
    assert.equal(JSON.parse((await visit(site)).body).release, 'three')
  })

  test('Q11, J3: a deployment outlives a restart of the panel, and cancelling it leaves no process', async ({
    assert,
  }) => {
    await git.publish(
      'app',
      { ...expressApp(manifest, 'four'), 'build.js': slowBuild(6000, 100) },
      'A very slow build'
    )
    await page.getByRole('link', { name: 'App', exact: true }).first().click()
    await page.getByRole('button', { name: 'Deploy main' }).click()
    await sees('count 5')
    expectPageProblem(/net::ERR_/)
    const stopped = Date.now()
    assert.equal(await panel.kill('SIGTERM'), 0)
    assert.isBelow(Date.now() - stopped, 15_000, 'a panel that is watched stops all the same')
    await panel.boot()
    await sees('count 60')
    await page.getByRole('button', { name: 'Cancel deployment' }).click()
    await ends('Cancelled')
    assert.equal(web().inside(['sh', '-c', 'pgrep -f "build[.]js" || true']), '')
    assert.equal(JSON.parse((await visit(site)).body).release, 'three')
  })

  test('works as plain forms where scripts are off', async ({ assert }) => {
    const plain = await context.browser()!.newContext({ javaScriptEnabled: false })
    const tab = await plain.newPage()
    await tab.goto(`${panel.url}/login`)
    await tab.getByLabel('E-mail').fill('ada@example.com')
    await tab.getByLabel('Password').fill('correct horse battery')
    await tab.getByRole('button', { name: 'Log in' }).click()
    await tab.goto(`${panel.url}/projects`)
    await tab.getByRole('link', { name: 'Site', exact: true }).click()
    await tab.getByRole('button', { name: 'Deploy main' }).click()
    await tab.waitForURL('**/deployments/*')
    const live = tab.locator('[data-region=result]').getByText('Live', { exact: true })
    for (let tries = 0; tries < 60 && (await live.count()) === 0; tries++) {
      await tab.waitForTimeout(500)
      await tab.reload()
    }
    assert.include(await tab.locator('main').innerText(), 'Verify through nginx')
    assert.include(await tab.locator('main').innerText(), 'nginx -t')
    await plain.close()
  })

  test('T5: a server that comes back with another host key is refused', async ({ assert }) => {
    web().replaceHostKey()
    web().killSessions()
    await page.getByRole('link', { name: 'Servers' }).first().click()
    await page.getByRole('link', { name: 'web-1' }).click()
    await page.getByRole('button', { name: 'Check now' }).click()
    await sees('Host key changed')
    const log = web().inside(['journalctl', '-u', 'ssh', '--no-pager', '-o', 'cat', '-n', '20'])
    const since = log.slice(log.lastIndexOf('Server listening'))
    assert.notMatch(since, /Accepted|Failed/)
    await mailAbout('Critical: web-1 shows another host key')
  })
})

function slowBuild(count: number, pauseMs: number) {
  return `let n = 0
const timer = setInterval(() => {
  console.log('count ' + ++n)
  if (n === ${count}) clearInterval(timer)
}, ${pauseMs})
`
}

/** Where the log of the run on the page is downloaded from. */
async function logUrl(page: Page) {
  const href = await page.locator('a[href$="log.txt"]').getAttribute('href')
  return new URL(href!, page.url()).href
}
