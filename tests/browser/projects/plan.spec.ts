import { gzipSync } from 'node:zlib'
import { test } from '@japa/runner'
import type { Page } from 'playwright'
import { DateTime } from 'luxon'
import { refOf } from '#app/deployments/look_run'
import type Project from '#app/projects/models/project'
import type Run from '#app/runs/models/run'
import { runEvents } from '#app/runs/run_events'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { keepScreenshot } from '#tests/support/screenshot'
import {
  appendLog,
  createProject,
  createRun,
  createServer,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'

const COMMIT = 'e'.repeat(40)

test.group('What will happen, in a browser', (group) => {
  let tenant: Tenant
  let project: Project
  let look: Run
  let page: Page

  group.tap((each) => each.timeout(60_000))
  group.each.setup(async (current) => {
    const restore = swapServerRemotes()[1]
    tenant = await createTenant()
    const server = await createServer(tenant)
    const repositoryUrl = 'https://git.example.com/team/app.git'
    project = await createProject(tenant, server, { repositoryUrl })
    look = await createRun(tenant, server, {
      ...{ projectId: project.id, kind: 'deployment.look', state: 'running' },
      ...{ input: { projectId: project.id, ref: refOf(project) }, startedAt: DateTime.utc() },
    })
    await appendLog(look, 'git fetch origin main\n')
    return async (failed: boolean) => {
      restore()
      if (failed) await keepScreenshot(page, current.title)
    }
  })

  async function end(values: Partial<Run>) {
    await look.merge({ finishedAt: DateTime.utc(), ...values }).save()
    runEvents.changed(look.id)
  }

  test('shows what a look found as soon as it ends, in place of its log', async ({
    assert,
    browserContext,
  }) => {
    await browserContext.loginAs(tenant.owner)
    page = await browserContext.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(`/projects/${project.id}/plan`)
    await page.getByText('git fetch origin main').first().waitFor()
    await page.evaluate(() => Object.assign(window, { sameDocument: true }))
    const packed = gzipSync(
      ['e'.repeat(40), 'Ada', '1700000000', 'Charge once   '].map((field) => `${field}\0`).join('')
    )
    await end({
      state: 'succeeded',
      results: {
        ...{ commit: COMMIT, subject: 'Charge once', author: 'Ada', taken_back: '0' },
        commits_0: packed.toString('base64'),
      },
    })
    await page.getByRole('button', { name: `Deploy ${COMMIT.slice(0, 7)}` }).waitFor()
    assert.equal(await page.getByText('git fetch origin main').count(), 0)
    assert.isTrue(await page.evaluate(() => 'sameDocument' in window), 'without a reload')
  })

  test('says why a look failed, and lets one look again', async ({ assert, browserContext }) => {
    await browserContext.loginAs(tenant.owner)
    page = await browserContext.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(`/projects/${project.id}/plan`)
    await page.getByText('git fetch origin main').first().waitFor()
    await end({
      state: 'failed',
      failure: {
        ...{ phase: 'Fetch the code', command: 'git fetch', exitCode: 128, lastLines: [] },
        ...{ reason: 'The repository refused the key.', next: 'Add the deploy key.' },
      },
    })
    await page.getByRole('button', { name: 'Look again' }).waitFor()
    await page.getByText('The repository refused the key.').waitFor()
    assert.equal(await page.locator('.log').count(), 0)
  })
})
