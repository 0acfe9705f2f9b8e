import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { usagePage } from '#app/administration/queries/usage_page'
import { deploymentDays, teamUsage } from '#app/administration/queries/usage'
import Release from '#app/deployments/models/release'
import type { DeploymentState } from '#app/deployments/states'
import { deploymentBy } from '#tests/support/deployments'
import { emptyDatabase } from '#tests/support/database_snapshot'
import {
  appendLog,
  createMember,
  createProject,
  createRun,
  createServer,
  createTenant,
  createUser,
  type Tenant,
} from '#tests/support/tenants'

const NOW = Date.UTC(2026, 4, 20, 15, 30)
const DAY = 86_400_000

test.group('Usage', (group) => {
  let tenant: Tenant
  let other: Tenant

  group.setup(async () => {
    await emptyDatabase()
    tenant = await createTenant()
    other = await createTenant()
    await createMember(tenant.team, 'viewer')
    await (await createUser()).merge({ deactivatedAt: DateTime.utc() }).save()
    const server = await createServer(tenant)
    await createServer(tenant)
    const project = await createProject(tenant, server)
    const release = await Release.create({
      ...{ teamId: tenant.team.id, projectId: project.id, state: 'good' },
    })
    const deployed = async (state: DeploymentState, at: number) => {
      const run = await createRun(tenant, server, { state: 'succeeded' })
      await appendLog(run, 'x'.repeat(100))
      await db.from('runs').where('id', run.id).update({ created_at: at })
      const { id } = await deploymentBy({
        ...{ teamId: tenant.team.id, projectId: project.id, releaseId: release.id, run, state },
      })
      await db.from('deployments').where('id', id).update({ created_at: at })
    }
    const today = Date.UTC(2026, 4, 20)
    await deployed('live', today)
    await deployed('live', today + DAY / 2)
    await deployed('failed', today + 1000)
    await deployed('rolled_back', today - 1)
    await deployed('lost', today - 1)
    await deployed('cancelled', today - 1)
    await deployed('live', today - 29 * DAY)
    await deployed('live', today - 29 * DAY - 1)
  })

  test('counts what each team has and does', async ({ assert }) => {
    const usage = await teamUsage(NOW)
    const named = Object.fromEntries(usage.map(({ name, ...figures }) => [name, figures]))
    assert.deepEqual(named, {
      [tenant.team.name]: {
        ...{ people: 2, servers: 2, projects: 1 },
        ...{ deployments: 7, runs: 7, logBytes: 800 },
      },
      [other.team.name]: {
        ...{ people: 1, servers: 0, projects: 0 },
        ...{ deployments: 0, runs: 0, logBytes: 0 },
      },
    })
  })

  test('tells the deployments of thirty days, the present one last', async ({ assert }) => {
    const days = await deploymentDays(NOW)
    assert.lengthOf(days, 30)
    assert.deepEqual(days.at(-1), { at: Date.UTC(2026, 4, 20), deployed: 2, failed: 1, other: 0 })
    assert.deepEqual(days.at(-2), { at: Date.UTC(2026, 4, 19), deployed: 0, failed: 2, other: 1 })
    assert.deepEqual(days[0], { at: Date.UTC(2026, 3, 21), deployed: 1, failed: 0, other: 0 })
    const sum = days.reduce(
      (all, { deployed, failed, other: rest }) => all + deployed + failed + rest,
      0
    )
    assert.equal(sum, 7)
  })

  test('sums up the panel', async ({ assert, client }) => {
    const page = await usagePage(NOW)
    assert.deepEqual(page.people, { all: 4, deactivated: 1 })
    assert.deepEqual(page.sums, { servers: 2, projects: 1, deployments: 7, runs: 7, logBytes: 800 })
    assert.isAbove(page.databaseBytes, 100_000)

    const administrator = await createUser({ administrator: true })
    const response = await client.get('/administration/usage').accept('html').loginAs(administrator)
    response.assertStatus(200)
    assert.include(response.text(), tenant.team.name)
    for (const { name } of [await db.from('servers').firstOrFail()]) {
      assert.notInclude(response.text(), name)
    }
  })
})
