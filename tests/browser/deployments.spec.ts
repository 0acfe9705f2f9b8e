import { test } from '@japa/runner'
import type { BrowserContext, Page } from 'playwright'
import db from '@adonisjs/lucid/services/db'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import type Server from '#app/servers/models/server'
import { placesOfDeployment } from '#tests/support/deployments'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { keepScreenshot } from '#tests/support/screenshot'
import {
  createProject,
  createServer,
  createTenant,
  placeOn,
  type Tenant,
} from '#tests/support/tenants'

test.group('A project on many servers in a browser', (group) => {
  let tenant: Tenant
  let servers: Server[]
  let page: Page

  group.tap((each) => each.timeout(60_000))
  group.each.setup(async (current) => {
    const restore = swapServerRemotes()[1]
    tenant = await createTenant()
    servers = []
    for (const name of ['web-1', 'web-2', 'db-1', 'db-2', 'db-3', 'db-4']) {
      servers.push(await createServer(tenant, { name, host: `${name}.example.com` }))
    }
    return async (failed: boolean) => {
      restore()
      if (failed) await keepScreenshot(page, current.title)
    }
  })

  async function begin(context: BrowserContext, path: string) {
    await context.loginAs(tenant.owner)
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(path)
  }

  test('shows what each server is at, as it happens', async ({ assert, browserContext }) => {
    const project = await createProject(tenant, servers[0])
    await placeOn(project, servers[1])
    const deployment = await new CreateDeployment().deploy(causeOf(tenant.scope), project)
    const [{ runId }] = await placesOfDeployment(deployment)
    const titles = [...['Fetch the code', 'Build']]
    await db.table('run_steps').multiInsert(
      titles.map((title, position) => ({
        ...{ run_id: runId, position, name: `step-${position}`, title },
        ...{ state: position === 0 ? 'running' : 'waiting', started_at: Date.now() },
      }))
    )
    await begin(browserContext, `/projects/${project.id}/deployments/${deployment.id}`)
    const row = (name: string) => page.getByRole('row', { name: new RegExp(name) })
    await row('web-1').getByText('Fetch the code').last().waitFor()
    assert.include(await row('web-2').innerText(), 'Waiting')
    const steps = () => db.from('run_steps').where('run_id', runId!)
    await steps().where('position', 0).update({ state: 'succeeded', finished_at: Date.now() })
    await steps().where('position', 1).update({ state: 'running' })
    await row('web-1').locator('[data-place-now]', { hasText: 'Build' }).waitFor()
    assert.equal(await row('web-1').locator('.mark--success').count(), 1)
  })

  test('offers the servers whose name holds what one types, and keeps those that are chosen', async ({
    assert,
    browserContext,
  }) => {
    await begin(browserContext, '/projects/new')
    const shown = () => page.locator('[data-place]:visible').count()
    assert.equal(await shown(), 6)
    await page.getByRole('checkbox', { name: /^web-1/ }).check()
    await page.getByLabel('Find servers by name or host').fill('db-2')
    await page.locator('[data-place]:visible').nth(1).waitFor()
    assert.equal(await shown(), 2)
    await page.getByLabel('Find servers by name or host').fill('')
    assert.equal(await shown(), 6)
  })
})
