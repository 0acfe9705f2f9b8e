import { test } from '@japa/runner'
import type Deployment from '#app/deployments/models/deployment'
import { timingsOf, usualSteps } from '#app/deployments/queries/timings'
import type Project from '#app/projects/models/project'
import type Server from '#app/servers/models/server'
import { queriesOf } from '#tests/support/queries'
import { timedDeployment } from '#tests/support/timed_deployments'
import {
  createProject,
  createServer,
  createTenant,
  placeOn,
  type Tenant,
} from '#tests/support/tenants'

test.group('How long deployments take', (group) => {
  let tenant: Tenant
  let server: Server
  let project: Project

  group.each.setup(async () => {
    tenant = await createTenant()
    server = await createServer(tenant)
    project = await createProject(tenant, server)
  })

  const took = (seconds: number, values = {}) =>
    timedDeployment(tenant, project, server, { steps: { build: seconds }, ...values })
  const page = ({ id }: Deployment) => `/projects/${project.id}/deployments/${id}`

  test('is told against the median of the last ten that succeeded', async ({ assert }) => {
    for (const seconds of [900, 900, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]) await took(seconds)
    const deployment = await took(73)
    assert.deepEqual((await timingsOf([deployment])).get(deployment.id), {
      took: 73_000,
      usual: 55_000,
    })
    assert.deepEqual(await usualSteps(deployment, server.id), { build: 55_000 })
  })

  test('is told without a change while fewer than three succeeded', async ({ assert, client }) => {
    for (const seconds of [10, 12]) await took(seconds)
    const deployment = await took(30)
    assert.deepEqual(await usualSteps(deployment, server.id), {})
    assert.isNull((await timingsOf([deployment])).get(deployment.id)!.usual)
    const html = (await client.get(page(deployment)).loginAs(tenant.owner)).text()
    assert.include(html, '30 s')
    assert.notInclude(html, 'Usually')
  })

  test('is compared with nothing that failed, came later, or was elsewhere', async ({ assert }) => {
    const elsewhere = await createServer(tenant)
    await placeOn(project, elsewhere)
    const other = await createProject(tenant, server)
    for (let count = 0; count < 3; count++) {
      await took(10)
      await took(500, { state: 'failed' })
      await took(500, { kind: 'rollback' })
      await timedDeployment(tenant, project, elsewhere, { steps: { build: 500 } })
      await timedDeployment(tenant, other, server, { steps: { build: 500 } })
    }
    const deployment = await took(30)
    for (const seconds of [500, 500, 500]) await took(seconds)
    assert.equal((await timingsOf([deployment])).get(deployment.id)!.usual, 10_000)
    assert.deepEqual(await usualSteps(deployment, server.id), { build: 10_000 })
  })

  test('is shown with what changed, in a tone only where it matters', async ({
    assert,
    client,
  }) => {
    for (let count = 0; count < 3; count++) {
      await timedDeployment(tenant, project, server, { steps: { build: 23, verify: 2 } })
    }
    const deployment = await timedDeployment(tenant, project, server, {
      steps: { build: 41, verify: 2.8 },
    })
    const html = (await client.get(page(deployment)).loginAs(tenant.owner)).text()
    assert.match(html, /steps__change change change--warning">\+18 s</)
    assert.match(html, /steps__change change">\+0\.8 s</)
    const list = await client.get(`/projects/${project.id}/deployments`).loginAs(tenant.owner)
    assert.match(list.text(), /change--warning" title="Usually 25 s">\+19 s/)
  })

  test('is asked for lists by as many queries as for one', async ({ assert }) => {
    const deployments: Deployment[] = []
    for (let count = 0; count < 8; count++) deployments.push(await took(10 + count))
    const queries = (of: Deployment[]) => queriesOf(() => timingsOf(of))
    assert.equal(await queries(deployments), await queries(deployments.slice(0, 1)))
  })
})
