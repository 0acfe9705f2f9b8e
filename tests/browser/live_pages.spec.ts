import { test } from '@japa/runner'
import type { BrowserContext, Page } from 'playwright'
import { recordActivity } from '#app/activity/record_activity'
import SignIn from '#app/auth/models/sign_in'
import type Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import type Project from '#app/projects/models/project'
import { runEvents } from '#app/runs/run_events'
import type Server from '#app/servers/models/server'
import Membership from '#app/teams/models/membership'
import { deploymentBy } from '#tests/support/deployments'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { expectPageProblem } from '#tests/support/page_guard'
import { keepScreenshot } from '#tests/support/screenshot'
import {
  createProject,
  createRun,
  createServer,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'

test.group('Live pages in a browser', (group) => {
  let tenant: Tenant
  let server: Server
  let project: Project
  let page: Page

  group.tap((each) => each.timeout(60_000))
  group.each.setup(async (current) => {
    const restore = swapServerRemotes()[1]
    tenant = await createTenant()
    server = await createServer(tenant, { name: 'alpha', host: 'alpha.example.com' })
    project = await createProject(tenant, server, { name: 'Web shop' })
    return async (failed: boolean) => {
      restore()
      if (failed) await keepScreenshot(page, current.title)
    }
  })

  /** Opens a page as the team's owner; what is written beside its regions goes when it is loaded anew. */
  async function begin(context: BrowserContext, path: string) {
    await context.loginAs(tenant.owner)
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    await page.goto(path)
    await page.locator('html').evaluate((html) => (html.dataset.kept = ''))
  }

  const isKept = () => page.locator('html').evaluate((html) => 'kept' in html.dataset)
  const main = () => page.getByRole('main')
  const failed = () => main().locator('.badge', { hasText: 'Failed' })

  /** Whether anybody sees the page, as far as it knows. */
  const show = (visible: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, !visible)

  /** Has a deployment in a state, as far as the database goes. */
  async function deploy(state: 'failed' | 'live'): Promise<Deployment> {
    const of = { teamId: project.teamId, projectId: project.id }
    const release = await Release.create({
      ...{ ...of, state: state === 'live' ? 'good' : 'bad', commit: 'c'.repeat(40) },
      commitSubject: 'Change the colour',
    } as Partial<Release>)
    const run = await createRun(tenant, server, { title: 'Deploy main', state: 'failed' })
    const deployment = await deploymentBy({ ...of, releaseId: release.id, state, run })
    runEvents.changed(deployment.id)
    return deployment
  }

  test('lists follow what happens, and a page keeps its place', async ({
    assert,
    browserContext,
  }) => {
    const paths = ['/projects', '/dashboard', `/projects/${project.id}/deployments`]
    for (const path of paths) {
      await begin(browserContext, path)
      const before = await failed().count()
      await deploy('failed')
      await (path === '/projects' ? failed().first() : failed().nth(before)).waitFor()
      assert.isTrue(await isKept(), path)
      await page.close()
    }
  })

  test('a project is shown as it is deployed from elsewhere', async ({
    assert,
    browserContext,
  }) => {
    const act = { action: 'project.created', subject: project.asSubject } as const
    await recordActivity(tenant.scope.origin, { ...act, details: { branch: 'main' } })
    await begin(browserContext, `/projects/${project.id}`)
    const details = main().locator('details').first()
    await details.locator('summary').click()
    await deploy('failed')
    await main()
      .getByRole('row', { name: /Failed/ })
      .waitFor()
    assert.isTrue(await isKept())
    assert.isTrue(await details.evaluate((element) => (element as HTMLDetailsElement).open))
  })

  test('whoever is at something is left alone until it is done', async ({
    assert,
    browserContext,
  }) => {
    await begin(browserContext, '/projects')
    const watched = page
    const link = main().getByRole('link', { name: 'Web shop' })
    await link.focus()
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Tab')
    const isFocused = () => link.evaluate((element) => element.matches(':focus-visible'))
    assert.isTrue(await isFocused())
    // Another page that shows the change says that this one had time for it.
    await begin(browserContext, '/projects')
    await deploy('failed')
    await failed().waitFor()
    page = watched
    await page.waitForTimeout(500)
    assert.isTrue(await isFocused())
    assert.equal(await failed().count(), 0)
    await show(false)
    await show(true)
    await link.evaluate((element) => (element as HTMLElement).blur())
    await failed().waitFor()
  })

  test('what nobody sees has no connection, and is up to date once it is seen', async ({
    assert,
    browserContext,
  }) => {
    await begin(browserContext, '/projects')
    const closed = page.waitForEvent('requestfailed', (request) => request.url().includes('seen='))
    await show(false)
    await closed
    await deploy('failed')
    await page.waitForTimeout(1_000)
    assert.equal(await failed().count(), 0)
    await show(true)
    await failed().waitFor()
    assert.isTrue(await isKept())
  })

  test('leads to the login page once the sign-in has ended', async ({ browserContext }) => {
    await begin(browserContext, '/dashboard')
    expectPageProblem(/401/)
    await SignIn.query().where('user_id', tenant.owner.id).update({ endedAt: Date.now() })
    await page.waitForURL('**/login')
  })

  test('is loaded anew when the person went on to another team in another tab', async ({
    assert,
    browserContext,
  }) => {
    const other = await createTenant()
    await Membership.create({ teamId: other.team.id, userId: tenant.owner.id, role: 'owner' })
    await createServer(other, { name: 'of-the-other', host: 'other.example.com' })
    await begin(browserContext, '/dashboard')
    const first = page
    await begin(browserContext, '/dashboard')
    await page.evaluate(async (id) => {
      const form = [...document.querySelectorAll('form')].find(({ action }) => action.includes(id))!
      form.requestSubmit()
    }, other.team.id)
    await page.getByText('of-the-other').waitFor()
    page = first
    await show(false)
    await show(true)
    await main().getByText('of-the-other').waitFor()
    assert.isFalse(await isKept())
  })
})
