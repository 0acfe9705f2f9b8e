import { test } from '@japa/runner'
import type { BrowserContext, Page } from 'playwright'
import app from '@adonisjs/core/services/app'
import type { FakeShell } from '#engine/testing/fake_shell'
import SignIn from '#app/auth/models/sign_in'
import { SocketUpgrades } from '#app/core/socket_upgrades'
import type Server from '#app/servers/models/server'
import { swapServerRemotes, type FakeServerRemotes } from '#tests/support/fake_server_remotes'
import { createFleet } from '#tests/fleet/fleet'
import { connectedServer } from '#tests/support/fleet_servers'
import { expectPageProblem } from '#tests/support/page_guard'
import { keepScreenshot } from '#tests/support/screenshot'
import { createMember, createServer, createTenant, type Tenant } from '#tests/support/tenants'

const rows = (page: Page) => page.locator('.xterm-rows')

/** Waits until the screen shows this text. */
const see = (page: Page, text: string) => rows(page).filter({ hasText: text }).waitFor()

async function begin(context: BrowserContext, tenant: Tenant, server: Server): Promise<Page> {
  await context.loginAs(tenant.owner)
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(`/servers/${server.id}/terminal`)
  await page.getByText('Connected', { exact: true }).waitFor()
  return page
}

test.group('Terminal in a browser, on a real server', (group) => {
  const fleet = createFleet({ image: 'base' })

  group.tap((each) => each.timeout(90_000))
  group.setup(async () => {
    await fleet.start(1)
  })
  group.teardown(() => fleet.stop())

  test('is opened from the server’s page, runs what is typed, and ends with the shell', async ({
    assert,
    browserContext,
  }) => {
    const tenant = await createTenant()
    const server = await connectedServer(tenant.scope, fleet.host('web-1'))
    await browserContext.loginAs(tenant.owner)
    const page = await browserContext.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(`/servers/${server.id}`)
    await page.getByRole('link', { name: 'Terminal', exact: true }).click()
    await page.getByText('Connected', { exact: true }).waitFor()
    await page.keyboard.type('echo "I am $(id -un) of $TERM"\n')
    await see(page, 'I am root of xterm-256color')
    await page.keyboard.type('clear; ls --color=always -d /etc; tput cols\n')
    await see(page, '/etc')
    const directory = rows(page).locator('span', { hasText: '/etc' }).last()
    const [colour, plain] = await Promise.all(
      [directory, rows(page)].map((part) =>
        part.evaluate((element) => getComputedStyle(element).color)
      )
    )
    assert.notEqual(colour, plain)
    await page.keyboard.type('exit 4\n')
    await page.getByText('The shell ended with exit code 4.').waitFor()
    await page.getByRole('button', { name: 'Open a new terminal' }).click()
    await page.getByText('Connected', { exact: true }).waitFor()
    await page.keyboard.type('echo again-$((40+2))\n')
    await see(page, 'again-42')
    await page.getByRole('button', { name: 'End', exact: true }).click()
    await page.getByText('It was closed.').waitFor()
  })
})

test.group('Terminal in a browser', (group) => {
  let tenant: Tenant
  let server: Server
  let fake: FakeServerRemotes
  let page: Page

  group.tap((each) => each.timeout(60_000))
  group.each.setup(async (current) => {
    const [remotes, restore] = swapServerRemotes()
    fake = remotes
    tenant = await createTenant()
    server = await createServer(tenant, { name: 'alpha', host: 'alpha.example.com' })
    return async (failed: boolean) => {
      restore()
      if (failed) await keepScreenshot(page, current.title)
    }
  })

  const shell = (): FakeShell => fake.remote.shells.at(-1)!

  /** Waits until this, and nothing else, has reached the shell. */
  async function typed(text: string) {
    for (const end = Date.now() + 10_000; shell().typed !== text; await page.waitForTimeout(20)) {
      if (Date.now() > end) throw new Error(`It got ${JSON.stringify(shell().typed)}`)
    }
  }

  test('looks as it should in {$self}')
    .with(['light', 'dark'] as const)
    .run(async ({ assert, browserContext }, theme) => {
      page = await begin(browserContext, tenant, server)
      await page.emulateMedia({ colorScheme: theme })
      shell().print('\x1b[2J\x1b[H')
      for (let code = 30; code < 38; code++) {
        shell().print(
          `\x1b[${code}mcolour ${code}\x1b[0m \x1b[${code + 60}mbright\x1b[0m \x1b[1;${code}mbold\x1b[0m \x1b[${code + 10}m on \x1b[0m\r\n`
        )
      }
      shell().print(
        '\x1b[38;2;250;250;120mtrue colour\x1b[0m \x1b[7minverse\x1b[0m \x1b[4munderlined\x1b[0m\r\n$ '
      )
      await see(page, 'true colour')
      for (const [width, height] of [
        [1280, 800],
        [390, 844],
      ]) {
        await page.setViewportSize({ width, height })
        await page.waitForTimeout(300)
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth
        )
        assert.isAtMost(overflow, 0)
      }
      const { columns } = shell().sizes.at(-1)!
      assert.isBelow(columns, 60)
      assert.isAbove(columns, 30)
    })

  test('a link that breaks is taken up again where it was, by the same shell', async ({
    assert,
    browserContext,
  }) => {
    page = await begin(browserContext, tenant, server)
    await page.keyboard.type('echo before\n')
    await see(page, 'before')
    const upgrades = await app.container.make(SocketUpgrades)
    upgrades.stop()
    await page.getByText(/^Link lost, trying again in \d s$/).waitFor()
    shell().print('meanwhile\r\n')
    await page.getByText('Connected', { exact: true }).waitFor()
    await see(page, 'meanwhile')
    const shown = await rows(page).innerText()
    assert.lengthOf([...shown.matchAll(/before/g)], 2, 'nothing is shown twice')
    await page.keyboard.type('echo after\n')
    await see(page, 'after')
    assert.lengthOf(fake.remote.shells, 1)
    assert.equal(shell().typed, 'echo before\recho after\r')
  })

  test('a page that is loaded again opens another terminal, and keeps no way back', async ({
    assert,
    browserContext,
  }) => {
    page = await begin(browserContext, tenant, server)
    await page.keyboard.type('echo before\n')
    await see(page, 'before')
    const stored = await page.evaluate(() =>
      JSON.stringify([{ ...sessionStorage }, document.cookie])
    )
    assert.notInclude(stored, 'terminal')
    await page.reload()
    await page.getByText('Connected', { exact: true }).waitFor()
    await see(page, '$')
    assert.notInclude(await rows(page).innerText(), 'before')
    assert.lengthOf(fake.remote.shells, 2)
  })

  test('pasting several lines asks first', async ({ assert, browserContext }) => {
    page = await begin(browserContext, tenant, server)
    const paste = (text: string) =>
      page.locator('.xterm-helper-textarea').evaluate((element, pasted) => {
        const clipboardData = new DataTransfer()
        clipboardData.setData('text/plain', pasted)
        const init = { clipboardData, bubbles: true, cancelable: true }
        element.dispatchEvent(new ClipboardEvent('paste', init))
      }, text)
    await paste('echo one line')
    await typed('echo one line')
    await paste('\necho <b>two</b>\necho three\n')
    const dialog = page.getByRole('dialog', { name: 'Paste several lines?' })
    await dialog.getByText('echo <b>two</b>').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    assert.equal(shell().typed, 'echo one line')
    await paste('\necho <b>two</b>\necho three\n')
    await dialog.getByRole('button', { name: 'Paste 3 lines' }).click()
    await see(page, 'three')
    assert.equal(shell().typed, 'echo one line\recho <b>two</b>\recho three\r')
  })

  test('keys that a phone does not have are there, and Ctrl holds for one letter', async ({
    assert,
    browserContext,
  }) => {
    page = await begin(browserContext, tenant, server)
    await page.setViewportSize({ width: 390, height: 844 })
    const keys = page.getByRole('group', { name: 'Keys' })
    for (const name of ['Esc', 'Tab', 'Left', 'Up', 'Down', 'Right']) {
      await keys.getByRole('button', { name, exact: true }).click()
    }
    await keys.getByRole('button', { name: 'Ctrl' }).click()
    await page.keyboard.type('cc')
    await typed('\x1b\t\x1b[D\x1b[A\x1b[B\x1b[C\x03c')
    assert.isBelow(shell().sizes.at(-1)!.columns, 60)
  })

  test('R7: what a server prints makes no link, no title, no clipboard, no markup', async ({
    assert,
    browserContext,
  }) => {
    await browserContext.grantPermissions(['clipboard-read', 'clipboard-write'])
    page = await begin(browserContext, tenant, server)
    let opened = 0
    browserContext.on('page', () => opened++)
    page.on('dialog', (dialog) => {
      opened++
      void dialog.dismiss()
    })
    await page.evaluate(() => navigator.clipboard.writeText('mine'))
    shell().print(
      [
        '\x1b]8;;javascript:alert(1)\x07click-me\x1b]8;;\x07',
        '\x1b]8;;https://evil.example/\x1b\\click-too\x1b]8;;\x1b\\',
        '\x1b]0;<img src=x onerror=alert(1)>\x07',
        '\x1b]2;evil\x1b\\',
        `\x1b]52;c;${Buffer.from('theirs').toString('base64')}\x07`,
        '\x1b]52;c;?\x07',
        '\x1b[21t',
        '<img src=x onerror=alert(1)><script>alert(1)</script>',
        'https://evil.example/plain',
        'the end',
      ].join('\r\n')
    )
    await see(page, 'the end')
    for (const text of ['click-me', 'click-too', 'evil.example/plain']) {
      const place = await rows(page).evaluate((element, wanted) => {
        const row = [...element.children].find(({ textContent }) => textContent?.includes(wanted))!
        const { x, y, height } = row.getBoundingClientRect()
        return { x: x + 20, y: y + height / 2 }
      }, text)
      await page.mouse.move(place.x, place.y)
      await page.mouse.down()
      await page.mouse.up()
      await page.keyboard.down('Control')
      await page.mouse.click(place.x, place.y)
      await page.keyboard.up('Control')
    }
    assert.equal(opened, 0)
    assert.match(await page.title(), /^Terminal on alpha/)
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'mine')
    assert.equal(await page.locator('.xterm img, .xterm a, .xterm script').count(), 0)
    const looksLikeLink = page.locator('.xterm-rows [class*="underline"], .xterm-cursor-pointer')
    assert.equal(await looksLikeLink.count(), 0)
    assert.equal(shell().typed, '', 'nothing was answered')
  })

  test('losing the right to it ends it before one’s eyes', async ({ browserContext }) => {
    const admin = await createMember(tenant.team, 'admin')
    page = await begin(browserContext, { ...tenant, owner: admin }, server)
    await SignIn.query().where('user_id', admin.id).update({ endedAt: Date.now() })
    await page.getByText('The right to it ended.').waitFor()
    await page.getByRole('button', { name: 'Open a new terminal' }).click()
    await page.getByText('You are signed out.').waitFor()
    expectPageProblem(/status of 401/)
  })

  test('the page of nobody else loads what it is made of', async ({ assert, browserContext }) => {
    await browserContext.loginAs(tenant.owner)
    page = await browserContext.newPage()
    const loaded: string[] = []
    page.on('request', (request) => loaded.push(request.url()))
    await page.goto(`/servers/${server.id}`, { waitUntil: 'networkidle' })
    assert.isEmpty(loaded.filter((url) => url.includes('terminal_screen')))
    await page.goto(`/servers/${server.id}/terminal`, { waitUntil: 'networkidle' })
    assert.isNotEmpty(loaded.filter((url) => url.includes('terminal_screen')))
  })
})
