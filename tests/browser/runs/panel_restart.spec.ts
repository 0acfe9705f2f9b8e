import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import type { BrowserContext, Page } from 'playwright'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'
import type User from '#app/users/models/user'
import { createFleet } from '#tests/fleet/fleet'
import { connectedServer, createOwner } from '#tests/support/fleet_servers'
import { logOnPage } from '#tests/support/log_on_page'
import { expectPageProblem } from '#tests/support/page_guard'
import type { Panel } from '#tests/support/panel'
import { createBuiltRun, sharedPanel } from '#tests/support/panel_runs'
import { keepScreenshot } from '#tests/support/screenshot'

const count = (last: number) =>
  `for i in $(seq 1 ${last}); do printf '\\033[32mgröße\\033[0m ✓ %s\\n' $i; sleep 0.1; done`
const counted = (last: number) => Array.from({ length: last }, (_, n) => `größe ✓ ${n + 1}`)

/*
| The page of a run that goes on, in a real browser against a panel process and a real server. What
| the page says in the end is compared with what the program wrote.
*/
test.group('Page of a run that goes on', (group) => {
  const fleet = createFleet({ image: 'base' })
  let panel: Panel
  let user: User
  let scope: Scope
  let server: Server
  let page: Page

  group.tap((each) => each.timeout(120_000))
  group.setup(async () => {
    await fleet.start(1)
    ;({ user, scope } = await createOwner())
    server = await connectedServer(scope, fleet.host('web-1'))
    panel = await sharedPanel()
  })
  group.teardown(async () => {
    await panel.remove()
    await fleet.stop()
  })
  group.each.setup((current) => async (failed: boolean) => {
    if (failed) await keepScreenshot(page, current.title)
  })

  async function watch(context: BrowserContext, script: string) {
    page = await context.newPage()
    page.setDefaultTimeout(40_000)
    await page.goto(`${panel.url}/login`)
    await page.getByLabel('E-mail').fill(user.email)
    await page.getByLabel('Password').fill('a long enough password')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/login'))
    const run = await createBuiltRun(scope, server, script)
    await page.goto(`${panel.url}/runs/${run.id}`)
  }

  const line = (number: number) => page.locator(`#L${number}`)
  const ends = (text: string) => page.locator('.log__status').getByText(text).waitFor()
  const badge = (label: string) =>
    page.locator('[data-run-badge]').getByText(label, { exact: true }).waitFor()

  test('J1: has every byte once when it is loaded again in the middle', async ({
    assert,
    browserContext,
  }) => {
    await watch(browserContext, count(80))
    await line(20).waitFor()
    await page.reload()
    await line(45).waitFor()
    await page.reload()
    await ends('80 lines')
    assert.deepEqual(await logOnPage(page), counted(80))
    await badge('Succeeded')
  })

  test('J1: has every byte once when the panel is killed in the middle and comes back', async ({
    assert,
    browserContext,
  }) => {
    expectPageProblem(/net::ERR_/)
    await watch(browserContext, count(120))
    await line(20).waitFor()
    await panel.kill('SIGKILL')
    await page
      .locator('.log__status')
      .getByText(/Connection lost/)
      .waitFor()
    await sleep(1_000)
    await panel.boot()
    await ends('120 lines')
    assert.deepEqual(await logOnPage(page), counted(120))
    await badge('Succeeded')
  })

  test('J3: says after a cancellation that no process of it is left, and when that was seen', async ({
    assert,
    browserContext,
  }) => {
    await watch(browserContext, `setsid setsid sleep 300 & ${count(3000)}`)
    await line(5).waitFor()
    await page.getByRole('button', { name: 'Cancel run' }).click()
    await page.getByText('No process of it is left on web-1').waitFor()
    const checked = page.getByText('Checked on the server').locator('time')
    const at = Date.parse((await checked.getAttribute('datetime'))!)
    assert.closeTo(at, Date.now(), 60_000)
    await badge('Cancelled')
    const left = fleet.host('web-1').inside(['sh', '-c', 'pgrep -f "sleep 30[0]" || true'])
    assert.equal(left, '')
  })

  test('T2: says since when its server is silent, and no more once it answers', async ({
    browserContext,
  }) => {
    await watch(browserContext, count(400))
    await line(5).waitFor()
    fleet.host('web-1').killSessions()
    fleet.host('web-1').linkDown()
    const notice = page.getByText('web-1 does not answer')
    await notice.waitFor()
    await page.getByText('Silent since').locator('time').waitFor()
    fleet.host('web-1').linkUp()
    await notice.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Cancel run' }).click()
    await badge('Cancelled')
  })
})
