import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import type { BrowserContext, Page } from 'playwright'
import { runEvents } from '#app/runs/run_events'
import type Run from '#app/runs/models/run'
import type Server from '#app/servers/models/server'
import { CutOff } from '#tests/support/cut_off'
import { logOnPage } from '#tests/support/log_on_page'
import { expectPageProblem } from '#tests/support/page_guard'
import { keepScreenshot } from '#tests/support/screenshot'
import { appendLog, createRun, createServer, createTenant } from '#tests/support/tenants'
import type { Tenant } from '#tests/support/tenants'

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `line ${from + n}\n`).join('')

test.group('Log of a run in a browser', (group) => {
  let tenant: Tenant
  let server: Server
  let page: Page

  group.tap((each) => each.timeout(90_000))
  group.setup(async () => {
    tenant = await createTenant()
    server = await createServer(tenant, { name: 'web-1' })
  })
  group.each.setup((current) => async (failed: boolean) => {
    if (failed) await keepScreenshot(page, current.title)
  })

  const runWith = async (log: string, values: Partial<Run> = {}) => {
    const run = await createRun(tenant, server, { state: 'succeeded', exitCode: 0, ...values })
    for (let at = 0; at < log.length; at += 256 * 1024) {
      await appendLog(run, log.slice(at, at + 256 * 1024))
    }
    return run
  }

  async function append(run: Run, text: string) {
    await appendLog(run, text)
    runEvents.changed(run.id)
  }

  async function open(context: BrowserContext, run: Run, { hash = '', origin = '' } = {}) {
    await context.loginAs(tenant.owner)
    page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await page.goto(`${origin}/runs/${run.id}${hash}`)
  }

  const status = (text: string | RegExp) => page.locator('.log__status').getByText(text).waitFor()
  const row = (number: number) => page.locator(`#L${number}`)
  const matches = (text: string) => page.locator('.log__matches').getByText(text, { exact: true })
  const inSight = (number: number) =>
    row(number).evaluate((element) => {
      const view = element.closest('.log__view')!.getBoundingClientRect()
      const { top, bottom } = element.getBoundingClientRect()
      return top >= view.top && bottom <= view.bottom
    })

  test('holds 100,000 lines with few rows in the document', async ({ assert, browserContext }) => {
    await open(browserContext, await runWith(numbered(1, 100_000)))
    await status('100,000 lines')
    const view = page.locator('.log__view')
    for (const part of [0, 0.1, 0.333, 0.5, 0.75, 0.9999, 1]) {
      await view.evaluate((element, share) => {
        element.scrollTop = share * element.scrollHeight
      }, part)
      await page.waitForTimeout(50)
      const rows = await view
        .locator('.log__row')
        .evaluateAll((elements) =>
          elements.map((element) => [element.id, element.querySelector('.log__text')!.textContent])
        )
      assert.isBelow(rows.length, 200)
      for (const [id, text] of rows) assert.equal(text, `line ${id!.slice(1)}`)
    }
    assert.equal(await row(100_000).locator('.log__text').innerText(), 'line 100000')
  })

  test('is searched, with the count of matches and a way through them by keys', async ({
    assert,
    browserContext,
  }) => {
    const log = numbered(1, 40_000).replace('line 9\n', 'an ERROR here\n')
    const hit = log.replace('line 30000\n', 'another error\n')
    await open(browserContext, await runWith(hit))
    await status('40,000 lines')
    await page.locator('.log__view').focus()
    await page.keyboard.press('/')
    await page.keyboard.type('error')
    await matches('1 of 2').waitFor()
    assert.isTrue(await inSight(9))
    await page.keyboard.press('Enter')
    await matches('2 of 2').waitFor()
    assert.isTrue(await inSight(30_000))
    assert.equal(await page.locator('.log__match--current').innerText(), 'error')
    await page.locator('.log__view').focus()
    await page.keyboard.press('n')
    await matches('1 of 2').waitFor()
    await page.keyboard.press('Shift+N')
    await matches('2 of 2').waitFor()
    await page.getByPlaceholder('Search', { exact: true }).fill('nowhere')
    await matches('None').waitFor()
  })

  test('opens at the line that its link names, and copies such a link', async ({
    assert,
    browserContext,
  }) => {
    const run = await runWith(numbered(1, 60_000))
    await browserContext.grantPermissions(['clipboard-read', 'clipboard-write'])
    await open(browserContext, run, { hash: '#L123' })
    await page.locator('#L123.log__row--target').waitFor()
    assert.isTrue(await inSight(123))
    assert.equal(await row(123).locator('.log__text').innerText(), 'line 123')

    await row(130).locator('.log__number').click()
    await page.locator('#L130.log__row--target').waitFor()
    await page.getByRole('button', { name: 'Copy link to line 130' }).click()
    await status('Link to line 130 copied')
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    assert.equal(new URL(copied).pathname + new URL(copied).hash, `/runs/${run.id}#L130`)
  })

  test('of a length that no browser should hold shows its end, with the true numbers', async ({
    assert,
    browserContext,
  }) => {
    const line = `${'x'.repeat(990)}\n`
    const run = await runWith(line.repeat(45_000))
    await append(run, 'the end\n')
    await open(browserContext, run)
    await page.getByText(/This log is long\. Its first [\d,]+ lines are in the download/).waitFor()
    assert.equal(await row(45_001).locator('.log__text').innerText(), 'the end')
    await page.evaluate(() => (window.location.hash = '#L5'))
    await page.getByText('Line 5 is in the download and not here.').waitFor()
    await page.evaluate(() => (window.location.hash = '#L44000'))
    await page.locator('#L44000.log__row--target').waitFor()
  })

  test('that grows beyond that forgets its beginning and says so', async ({
    assert,
    browserContext,
  }) => {
    const line = `${'y'.repeat(990)}\n`
    const run = await runWith(line.repeat(34_000), { state: 'running', exitCode: null })
    await open(browserContext, run)
    await page.getByText(/This log is long/).waitFor()
    for (let part = 0; part < 10; part++) await append(run, line.repeat(1_000))
    await append(run, 'the end\n')
    await row(44_001).waitFor()
    assert.equal(await row(44_001).locator('.log__text').innerText(), 'the end')
    const notice = await page.locator('p.log__notice').first().innerText()
    assert.isAbove(Number(/first ([\d,]+)/.exec(notice)![1].replaceAll(',', '')), 8_000)
  })

  test('follows its end, leaves who reads alone, and takes them back by the pill', async ({
    assert,
    browserContext,
  }) => {
    const run = await runWith(numbered(1, 500), { state: 'running', exitCode: null })
    await open(browserContext, run)
    await status('Live')
    await append(run, numbered(501, 600))
    await row(600).waitFor()
    assert.isTrue(await inSight(600))
    await page.locator('.log__view').evaluate((view) => (view.scrollTop = 2_000))
    await page.waitForTimeout(100)
    const [before] = await page.locator('.log__row').evaluateAll((rows) => rows.map(({ id }) => id))
    await append(run, numbered(601, 700))
    await page.getByRole('button', { name: '100 new lines' }).waitFor()
    const [after] = await page.locator('.log__row').evaluateAll((rows) => rows.map(({ id }) => id))
    assert.equal(after, before)
    await page.getByRole('button', { name: '100 new lines' }).click()
    await row(700).waitFor()
    assert.isTrue(await inSight(700))
    await page.locator('.log__view').focus()
    await page.keyboard.press('f')
    const follow = page.getByRole('button', { name: 'Follow the end' })
    assert.equal(await follow.getAttribute('aria-pressed'), 'false')
  })

  test('T1: loses and doubles no byte over cut and silent connections', async ({
    assert,
    browserContext,
  }) => {
    const network = await CutOff.before(process.env.APP_URL!)
    const run = await runWith('', { state: 'running', exitCode: null })
    expectPageProblem(/net::ERR_/)
    let written = 0
    const write = async (count: number) => {
      for (let n = 0; n < count; n += 5, written += 5) {
        await append(run, numbered(written + 1, written + 5).replaceAll('line', 'größe ✓ 🚀'))
      }
    }
    try {
      await open(browserContext, run, { origin: network.url })
      await status('Live')
      for (let round = 0; round < 3; round++) {
        await write(60)
        network.cut()
        await write(60)
        await status(/Connection lost/)
        network.mend()
        await status('Live')
        await write(60)
        network.freeze()
        await write(60)
        // What a browser says when a laptop wakes up.
        await page.evaluate(() => window.dispatchEvent(new Event('online')))
        await write(5)
      }
      const ended = { state: 'succeeded', exit_code: 0, finished_at: Date.now() }
      await db.from('runs').where('id', run.id).update(ended)
      runEvents.changed(run.id)
      await status(`${written} lines`)
      const truth = Array.from({ length: written }, (_, n) => `größe ✓ 🚀 ${n + 1}`)
      assert.deepEqual(await logOnPage(page), truth)
    } finally {
      network.close()
    }
  })

  test('keeps its place in bytes over text that is none', async ({ assert, browserContext }) => {
    const run = await runWith('', { state: 'running', exitCode: null })
    await appendLog(run, Buffer.from([0xff, 0xfe, 0x80, 0x41, 0xe2, 0x82, 0x0a]))
    await open(browserContext, run)
    await status('Live')
    await append(run, 'next\n')
    await row(2).waitFor()
    assert.equal(await row(2).locator('.log__text').innerText(), 'next')
  })

  test('shows what programs wrote as text, in colours, and runs nothing of it', async ({
    assert,
    browserContext,
  }) => {
    const hostile = [
      '<img src=x onerror=alert(1)>',
      '\u001b[31m<script>alert(1)</script>\u001b[0m',
      '\u001b]8;;javascript:alert(1)\u0007link\u001b]8;;\u0007',
    ]
    const run = await runWith('', { state: 'running', exitCode: null })
    await open(browserContext, run)
    await status('Live')
    page.on('dialog', () => assert.fail('a dialog opened'))
    const text = `${hostile.join('\n')}\n`
    for (let at = 0; at < text.length; at += 7) await append(run, text.slice(at, at + 7))
    await row(3).waitFor()
    assert.deepEqual(await logOnPage(page), [
      '<img src=x onerror=alert(1)>',
      '<script>alert(1)</script>',
      'link',
    ])
    assert.equal(await row(2).locator('.ansi-fg-1').innerText(), '<script>alert(1)</script>')
    assert.equal(await page.locator('.log__view img, .log__view script').count(), 0)
  })

  test('takes its colours from the theme of the moment', async ({ assert, browserContext }) => {
    const run = await runWith('\u001b[32mgreen\u001b[0m\nplain\n')
    await open(browserContext, run)
    const colours = () =>
      page.evaluate(() => {
        const of = (selector: string) =>
          getComputedStyle(document.querySelector(selector)!).color +
          getComputedStyle(document.querySelector('.log')!).backgroundColor
        return [of('.ansi-fg-2'), of('.log__view'), of('.log__number')]
      })
    await page.emulateMedia({ colorScheme: 'light' })
    const light = await colours()
    await page.emulateMedia({ colorScheme: 'dark' })
    const dark = await colours()
    await page.emulateMedia({ colorScheme: 'light' })
    assert.deepEqual(await colours(), light)
    for (const index of light.keys()) assert.notEqual(light[index], dark[index])
  })

  test('shows its end without script, and where the rest is', async ({ assert, browser }) => {
    const context = await browser.newContext({
      javaScriptEnabled: false,
      baseURL: process.env.APP_URL,
    })
    await open(context, await runWith(numbered(1, 20_000)))
    assert.equal(await row(20_000).locator('.log__text').innerText(), 'line 20000')
    assert.isTrue(await page.getByText('These are the last lines. The download has').isVisible())
    const href = await page.getByRole('link', { name: 'Download the log' }).getAttribute('href')
    const whole = await page.request.get(href!)
    assert.equal(await whole.text(), numbered(1, 20_000))
    await context.close()
  })

  test('wraps long lines when asked', async ({ assert, browserContext }) => {
    await open(browserContext, await runWith(`${'word '.repeat(800)}\nshort\n`))
    await status('2 lines')
    await page.locator('.log__view').focus()
    await page.keyboard.press('w')
    const over = await page
      .locator('.log__view')
      .evaluate((view) => view.scrollWidth - view.clientWidth)
    assert.isAtMost(over, 0)
  })
})
