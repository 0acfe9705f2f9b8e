import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import Project from '#app/projects/models/project'
import ProjectProcess from '#app/projects/models/project_process'
import Run from '#app/runs/models/run'
import type Server from '#app/servers/models/server'
import { keepOnAll } from '#tests/support/deployments'
import { swapServerRemotes, type FakeServerRemotes } from '#tests/support/fake_server_remotes'
import {
  createBelongings,
  createProject,
  createServer,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'

const settings = {
  ...{ instances: '2', memoryMegabytes: '256', cpuPercent: '', restart: 'on-failure' },
  graceSeconds: '30',
}

const STATES = `Uptime=100.00

Id=muster-SLUG-a.service
ActiveState=active
SubState=running
MemoryCurrent=52428800
CPUUsageNSec=1000000000
NRestarts=3
ActiveEnterTimestampMonotonic=40000000
`

test.group('Processes', (group) => {
  let tenant: Tenant
  let server: Server
  let project: Project
  let fake: FakeServerRemotes

  group.each.setup(async () => {
    tenant = await createTenant()
    server = await createServer(tenant)
    project = await createProject(tenant, server)
    const [remotes, restore] = swapServerRemotes()
    fake = remotes
    return restore
  })

  const send = (client: ApiClient, method: string, path: string, fields: object = {}) =>
    client
      .request(`/projects/${project.id}${path}`, method)
      .loginAs(tenant.owner)
      .form(fields)
      .withCsrfToken()
      .redirects(0)

  const page = (client: ApiClient) =>
    client.get(`/projects/${project.id}/processes`).loginAs(tenant.owner)

  const rows = () => ProjectProcess.within(tenant.scope).where('project_id', project.id)

  test('are added, changed and removed', async ({ assert, client }) => {
    await send(client, 'POST', '/processes', { ...settings, name: 'worker', command: 'node w.js' })
    const [row] = await rows()
    assert.containSubset(row.asSettings, {
      ...{ name: 'worker', command: 'node w.js', instances: 2, memoryMegabytes: 256 },
      ...{ cpuPercent: null, restart: 'on-failure', graceSeconds: 30 },
    })
    const changed = { ...settings, command: 'node v.js', instances: '5' }
    await send(client, 'PUT', '/processes/worker', changed)
    assert.containSubset((await rows())[0], { command: 'node v.js', instances: 5 })
    await send(client, 'DELETE', '/processes/worker')
    assert.isEmpty(await rows())
  })

  test('have names of their own in their project, and a command where it belongs', async ({
    assert,
    client,
  }) => {
    const worker = { ...settings, name: 'worker', command: 'x' }
    await send(client, 'POST', '/processes', worker)
    await send(client, 'POST', '/processes', worker)
    await send(client, 'POST', '/processes', { ...worker, name: 'empty', command: '' })
    await send(client, 'POST', '/processes', { ...worker, name: 'web' })
    await send(client, 'POST', '/processes', { ...worker, name: 'big', instances: '33' })
    assert.lengthOf(await rows(), 1)
    await send(client, 'POST', '/processes', { ...worker, name: 'web', command: '' })
    assert.lengthOf(await rows(), 2)
    await project.merge({ processesFrom: 'procfile' }).save()
    await send(client, 'POST', '/processes', { ...worker, name: 'mailer' })
    assert.lengthOf(await rows(), 2)
    await send(client, 'POST', '/processes', { ...worker, name: 'mailer', command: '' })
    assert.lengthOf(await rows(), 3)
  })

  test('are shown as the server says they are', async ({ assert, client }) => {
    const { project: live } = await createBelongings(tenant)
    project = live
    const answer = STATES.replaceAll('SLUG', live.slug)
    fake.remote.on(/systemctl show/, { stdout: `${answer}\n${answer}` })
    const response = await page(client)
    assert.equal(response.status(), 200)
    assert.include(response.text(), 'Running')
    assert.include(response.text(), '50 MiB')
    assert.include(response.text(), 'It is not on the server yet')
  })

  test('are shown without their state when the server does not say', async ({ assert, client }) => {
    project = (await createBelongings(tenant)).project
    const response = await page(client)
    assert.equal(response.status(), 200)
    assert.include(response.text(), 'does not say how its processes are')
  })

  test('are started, stopped and restarted by runs, once something is live', async ({
    assert,
    client,
  }) => {
    await send(client, 'POST', '/process-acts', { act: 'restart', process: 'web' })
    assert.isNull(await Run.within(tenant.scope).where('project_id', project.id).first())
    project = (await createBelongings(tenant)).project
    for (const act of ['start', 'stop', 'restart', 'apply']) {
      const response = await send(client, 'POST', '/process-acts', { act, process: 'worker' })
      const run = await Run.within(tenant.scope)
        .where('kind', 'project.processes')
        .orderBy('id', 'desc')
        .firstOrFail()
      assert.equal(response.header('location'), `/runs/${run.id}`)
      assert.containSubset(run.input, { act, process: 'worker', projectId: project.id })
    }
  })

  test('have a journal that is followed by a run', async ({ assert, client }) => {
    const response = await send(client, 'POST', '/journals', { process: 'web' })
    const run = await Run.within(tenant.scope).where('kind', 'project.journal').firstOrFail()
    assert.equal(response.header('location'), `/runs/${run.id}`)
    assert.deepEqual(run.input, { projectId: project.id, process: 'web' })
  })

  test('a decision about an edited site counts for the file that was seen', async ({
    assert,
    client,
  }) => {
    const checksum = 'b'.repeat(64)
    await send(client, 'PUT', '/site', { act: 'keep', checksum })
    await project.refresh()
    assert.deepEqual(project.editedSite, { act: 'keep', checksum })
    await send(client, 'PUT', '/site', { act: 'keep', checksum: 'x' })
    await project.refresh()
    assert.deepEqual(project.editedSite, { act: 'keep', checksum })
  })

  test('a rollback names the releases since then that ran migrations', async ({
    assert,
    client,
  }) => {
    const { project: live, deployment } = await createBelongings(tenant)
    const release = await Release.create({
      ...{ id: `01${'A'.repeat(24)}`, teamId: live.teamId, projectId: live.id, state: 'good' },
      ...{ commit: 'c'.repeat(40), liveAt: DateTime.utc().minus({ days: 2 }) },
    })
    await keepOnAll(live.id, [release.id])
    await Deployment.within(tenant.scope)
      .where('id', deployment.id)
      .update({ migrations: 'failed' })
    const shown = await client.get(`/projects/${live.id}`).loginAs(tenant.owner)
    const path = `/projects/${live.id}/releases/${release.id}/rollback`
    assert.include(shown.text(), path)
    const response = await client.get(path).loginAs(tenant.owner)
    assert.include(response.text(), 'ran commands before the switch')
    assert.include(response.text(), 'Failed half-way')
  })

  test('a project with everything on its server is removed by a run', async ({
    assert,
    client,
  }) => {
    const confirm = project.name
    const response = await client
      .request(`/projects/${project.id}?leave=nothing`, 'DELETE')
      .loginAs(tenant.owner)
      .form({ confirm })
      .withCsrfToken()
      .redirects(0)
    const run = await Run.within(tenant.scope).where('kind', 'project.removal').firstOrFail()
    assert.equal(response.header('location'), `/runs/${run.id}`)
    assert.isNotNull(await Project.within(tenant.scope).where('id', project.id).first())
  })
})
