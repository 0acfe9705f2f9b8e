import { test } from '@japa/runner'
import type { BrowserContext, Page } from 'playwright'
import Placement from '#app/projects/models/placement'
import Deployment from '#app/deployments/models/deployment'
import type Project from '#app/projects/models/project'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { expectPageProblem, watchContext } from '#tests/support/page_guard'
import { keepScreenshot } from '#tests/support/screenshot'
import {
  createProject,
  createRun,
  createServer,
  createTenant,
  PASSWORD,
  type Tenant,
} from '#tests/support/tenants'

test.group('Palette in a browser', (group) => {
  let tenant: Tenant
  let project: Project
  let page: Page
  let context: BrowserContext

  group.tap((each) => each.timeout(60_000))
  group.each.setup(async (current) => {
    const restore = swapServerRemotes()[1]
    tenant = await createTenant()
    const server = await createServer(tenant, { name: 'alpha', host: 'alpha.example.com' })
    project = await createProject(tenant, server, {
      name: 'Web shop',
      repositoryUrl: 'https://git.example.com/team/app.git',
    })
    await createServer(tenant, { name: 'bravo', host: 'bravo.example.com' })
    await createRun(tenant, server, { title: 'Prepare alpha', state: 'failed' })
    return async (failed: boolean) => {
      restore()
      if (failed) await keepScreenshot(page, current.title)
    }
  })

  /** Opens a page as the team's owner. */
  async function begin(browserContext: BrowserContext, path = '/dashboard') {
    context = browserContext
    await context.loginAs(tenant.owner)
    page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await page.goto(path)
    await page.locator('html').evaluate(() => document.fonts.ready)
  }

  const dialog = () => page.getByRole('dialog', { name: 'Search' })
  const field = () => page.getByRole('combobox')
  const options = () => dialog().getByRole('option')
  const active = () => dialog().getByRole('option', { selected: true })
  const option = (name: string | RegExp) => dialog().getByRole('option', { name })

  async function open() {
    await page.keyboard.press('/')
    await options().first().waitFor()
  }

  /** Closes what is open; a dialog is still there for a moment after the key. */
  async function close() {
    await page.keyboard.press('Escape')
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
  }

  /** Types and waits for the server's answer to what is typed. */
  async function type(text: string) {
    const answered = page.waitForResponse(
      (response) => new URL(response.url()).searchParams.get('q') === text
    )
    await page.keyboard.type(text)
    await answered
  }

  test('opens by a slash, finds while one types and goes there by keys alone', async ({
    assert,
    browserContext,
  }) => {
    await begin(browserContext)
    await open()
    assert.isTrue(await field().evaluate((element) => element === document.activeElement))
    await type('alp')
    await option(/^alpha/).waitFor()
    assert.match(await active().innerText(), /^alpha/)
    await page.keyboard.press('ArrowDown')
    assert.match(await active().innerText(), /^Check alpha now/)
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    const [{ serverId }] = await Placement.acrossTeams().where('project_id', project.id)
    await page.waitForURL(`**/servers/${serverId}`)
  })

  test('opens and closes by Ctrl-K, from within a field too, where a slash is a slash', async ({
    assert,
    browserContext,
  }) => {
    await begin(browserContext, '/servers/new')
    const name = page.getByLabel('Name', { exact: true })
    await name.focus()
    await page.keyboard.type('a/b')
    assert.equal(await name.inputValue(), 'a/b')
    assert.isFalse(await dialog().isVisible())
    await page.keyboard.press('Control+k')
    await options().first().waitFor()
    await page.keyboard.press('Control+k')
    await dialog().waitFor({ state: 'hidden' })
    assert.isTrue(await name.evaluate((element) => element === document.activeElement))
  })

  test('stays closed while another dialog is open', async ({ assert, browserContext }) => {
    await begin(browserContext)
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.press('/')
    assert.isFalse(await dialog().isVisible())
    await close()
    await open()
  })

  test('opens by the button, closes by Escape and begins anew', async ({
    assert,
    browserContext,
  }) => {
    await begin(browserContext)
    const link = page.getByRole('link', { name: 'Search' })
    await link.click()
    await options().first().waitFor()
    assert.match(page.url(), /\/dashboard$/)
    await type('bravo')
    await close()
    assert.isTrue(await link.evaluate((element) => element === document.activeElement))
    await page.keyboard.press('/')
    await option('Dashboard').waitFor()
    assert.equal(await field().inputValue(), '')
  })

  test('tells assistive technology what it is and what is chosen', async ({
    assert,
    browserContext,
  }) => {
    await begin(browserContext)
    await open()
    const said = () =>
      field().evaluate((input) => {
        const id = input.getAttribute('aria-activedescendant')
        const chosen = document.querySelectorAll('#palette [aria-selected=true]')
        return {
          list: document.getElementById(input.getAttribute('aria-controls')!)?.role,
          expanded: input.getAttribute('aria-expanded'),
          active: id && document.getElementById(id)?.innerText.split('\n')[0],
          isTheChosen: chosen.length === 1 && chosen[0].id === id,
        }
      })
    assert.deepEqual(await said(), {
      list: 'listbox',
      expanded: 'true',
      active: 'Dashboard',
      isTheChosen: true,
    })
    await dialog().getByRole('listbox', { name: 'Results' }).waitFor()
    const pages = dialog().getByRole('group', { name: 'Pages' })
    assert.isAbove(await pages.getByRole('option').count(), 3)
    await page.keyboard.press('End')
    assert.match((await said()).active!, /^Prepare alpha/)
    assert.isTrue(await active().isVisible())
    await page.keyboard.press('ArrowDown')
    assert.equal((await said()).active, 'Dashboard', 'goes round')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Home')
    assert.equal((await said()).active, 'Dashboard')
    assert.equal(
      await dialog().getByRole('status').innerText(),
      `${await options().count()} results`
    )
    const tabs = dialog().locator('[role=option]:not([tabindex="-1"])')
    assert.equal(await tabs.count(), 0, 'the focus stays in the field')

    await type('zzz')
    await dialog().getByText('Nothing found', { exact: true }).last().waitFor()
    const { expanded, active: none } = await said()
    assert.deepEqual({ expanded, none }, { expanded: 'false', none: null })
  })

  test('does what was chosen as a form of the page', async ({ assert, browserContext }) => {
    await begin(browserContext)
    await open()
    await type('deploy web')
    await option(/^Deploy Web shop/).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/projects/${project.id}/deployments/*`)
    const made = await Deployment.within(tenant.scope).where('project_id', project.id)
    assert.lengthOf(made, 1)
    assert.equal(made[0].createdBy, tenant.owner.id)
  })

  test('opens what was chosen in a new tab by Ctrl-Enter', async ({ assert, browserContext }) => {
    await begin(browserContext)
    await open()
    await type('bravo')
    const opened = context.waitForEvent('page')
    await page.keyboard.press('Control+Enter')
    const tab = await opened
    await tab.waitForURL('**/servers/*')
    assert.match(page.url(), /\/dashboard$/)
    assert.isFalse(await dialog().isVisible())
  })

  test('remembers where one went, and believes nothing else that a browser kept', async ({
    assert,
    browserContext,
  }) => {
    await begin(browserContext)
    await open()
    await type('bravo')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/servers/*')
    await open()
    const recent = dialog().getByRole('group', { name: 'Recent', exact: true })
    assert.equal(await recent.getByRole('option').innerText(), 'bravo')
    await close()

    await page.evaluate(() => {
      const hostile = ['javascript:alert(1)', '//example.com', 'https://example.com']
      const entries = hostile.map((href) => ({ label: 'Hostile', icon: 'box', href }))
      localStorage.setItem(
        Object.keys(localStorage).find((key) => key.startsWith('palette:'))!,
        JSON.stringify(entries)
      )
    })
    await open()
    assert.equal(await option('Hostile').count(), 0)
    await type('log out')
    await option('Log out').waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/login')
    const kept = await page.evaluate(() => Object.keys(localStorage))
    assert.isEmpty(kept.filter((key) => key.startsWith('palette:')))
  })

  test('changes the theme and shows the shortcuts at once', async ({ assert, browserContext }) => {
    await begin(browserContext)
    await open()
    await type('dark')
    await option('Dark theme').waitFor()
    await page.keyboard.press('Enter')
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')
    await open()
    await type('keyboard')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  })

  test('emphasises what was asked for and shows every name as text', async ({
    assert,
    browserContext,
  }) => {
    const name = '<img src=x onerror=alert(1)> shop'
    await createServer(tenant, { name, host: '10.0.0.9' })
    await begin(browserContext)
    await open()
    await type('img sho')
    await option(name).first().waitFor()
    const label = active().locator('[data-label]')
    assert.equal(await label.innerText(), name)
    assert.deepEqual(await label.locator('mark').allInnerTexts(), ['img', 'sho'])
    assert.equal(await dialog().locator('img').count(), 0)
  })

  test('keeps what it showed while the server thinks, and drops answers that come late', async ({
    assert,
    browserContext,
  }) => {
    await begin(browserContext)
    await open()
    const held = Promise.withResolvers<void>()
    await page.route('**/palette?q=bravo', async (route) => {
      await held.promise
      await route.continue().catch(() => {})
    })
    await page.keyboard.type('bravo')
    await page.waitForRequest('**/palette?q=bravo')
    assert.isAbove(await options().count(), 0, 'what was there is still there')
    await field().selectText()
    await type('alpha')
    await option(/^alpha/).waitFor()
    held.resolve()
    await page.waitForTimeout(300)
    assert.match(await active().innerText(), /^alpha/)
    assert.equal(await option(/^bravo/).count(), 0)
  })

  test('follows an Enter that came before the answer, but sends no form unseen', async ({
    assert,
    browserContext,
  }) => {
    await begin(browserContext)
    await open()
    const holdAnswers = async () => {
      const held = Promise.withResolvers<void>()
      await page.route(/palette\?q=./, async (route) => {
        await held.promise
        await route.continue().catch(() => {})
      })
      return held.resolve
    }
    let release = await holdAnswers()
    await page.keyboard.type('deploy web')
    await page.keyboard.press('Enter')
    release()
    await option(/^Deploy Web shop/).waitFor()
    assert.match(page.url(), /\/dashboard$/)
    await field().selectText()
    release = await holdAnswers()
    await page.keyboard.type('bravo.exa')
    await page.keyboard.press('Enter')
    release()
    await page.waitForURL('**/servers/*')
    assert.isEmpty(await Deployment.within(tenant.scope))

    await page.goto('/dashboard')
    await open()
    release = await holdAnswers()
    await page.keyboard.type('bravo.exa')
    const opened = context.waitForEvent('page')
    await page.keyboard.press('Control+Enter')
    release()
    await (await opened).waitForURL('**/servers/*')
    assert.match(page.url(), /\/dashboard$/)
  })

  test('says that the panel did not answer and asks again', async ({ assert, browserContext }) => {
    await begin(browserContext)
    await open()
    expectPageProblem(/net::ERR_FAILED/)
    await page.route('**/palette?q=b', (route) => route.abort())
    await page.keyboard.type('b')
    await dialog().getByRole('alert').filter({ hasText: 'did not answer' }).waitFor()
    await page.keyboard.type('ravo')
    await option(/^bravo/).waitFor()
    assert.isFalse(await dialog().getByText('did not answer').isVisible())
  })

  test('leads to the login page when the session has ended', async ({ browserContext }) => {
    await begin(browserContext)
    expectPageProblem(/401/)
    await context.clearCookies()
    await page.keyboard.press('/')
    await page.waitForURL('**/login')
  })

  test('fills the width of a phone, in both themes', async ({ assert, browserContext }) => {
    await begin(browserContext)
    await page.setViewportSize({ width: 390, height: 844 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const path of ['/dashboard', `/projects/${project.id}`, '/palette?q=alpha']) {
        await page.goto(path)
        const width = await page.evaluate(() => document.documentElement.scrollWidth)
        assert.isAtMost(width, 390, path)
      }
      await page.getByRole('link', { name: 'Search' }).click()
      await options().first().waitFor()
      await dialog().evaluate((element) =>
        Promise.all(element.getAnimations().map((animation) => animation.finished))
      )
      const { x, width } = (await dialog().boundingBox())!
      assert.deepEqual({ x, width }, { x: 0, width: 390 })
      const overflow = await dialog().evaluate((element) => element.scrollWidth)
      assert.isAtMost(overflow, 390)
      await dialog().getByRole('button', { name: 'Close' }).click()
      await dialog().waitFor({ state: 'hidden' })
    }
  })

  test('is a page with links and forms where scripts are off', async ({ assert, browser }) => {
    await using plain = await browser.newContext({
      baseURL: process.env.APP_URL,
      javaScriptEnabled: false,
    })
    watchContext(plain)
    page = await plain.newPage()
    await page.goto('/login')
    await page.getByLabel('E-mail').fill(tenant.owner.email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('link', { name: 'Search' }).click()
    await page.getByRole('searchbox').fill('web shop')
    await page.getByRole('search').getByRole('button', { name: 'Search' }).click()
    await page
      .getByRole('main')
      .getByRole('link', { name: /^Web shop/ })
      .waitFor()
    await page.getByRole('button', { name: /^Deploy Web shop/ }).click()
    await page.waitForURL(`**/projects/${project.id}/deployments/*`)
    assert.lengthOf(await Deployment.within(tenant.scope), 1)
  })
})
