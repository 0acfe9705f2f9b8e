import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import { deploymentRun } from '#app/deployments/deployment_run'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import Project from '#app/projects/models/project'
import ProjectProcess from '#app/projects/models/project_process'
import { processRun } from '#app/processes/process_runs'
import { claim } from '#app/runs/claims'
import Run from '#app/runs/models/run'
import type Server from '#app/servers/models/server'
import Placement from '#app/projects/models/placement'
import { keepOnAll, placesOfDeployment } from '#tests/support/deployments'
import { flashed } from '#tests/support/flashed'
import { swapServerRemotes, type FakeServerRemotes } from '#tests/support/fake_server_remotes'
import {
  createBelongings,
  createProject,
  createServer,
  createTenant,
  placeOn,
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

  test('are left alone when another release is live than the page showed', async ({
    assert,
    client,
  }) => {
    const { project: live, release } = await createBelongings(tenant)
    project = live
    const seen = live.liveReleaseId!
    assert.include((await page(client)).text(), `name="release" value="${seen}"`)
    await db.from('placements').where('project_id', live.id).update({ live_release_id: release.id })
    const ask = (fields: object) =>
      send(client, 'POST', '/process-acts', { act: 'restart', process: 'web', ...fields })
    const refused = await ask({ release: seen })
    assert.match(flashed(refused).inputErrorsBag.act[0], /^Another release is live by now/)
    const response = await ask({ release: release.id })
    assert.match(response.header('location')!, /^\/runs\//)
    const [run] = await Run.within(tenant.scope).where('kind', 'project.processes')
    assert.equal(run.input.releaseId, release.id)
    const [claimed] = await claim([run.id])
    const { body } = await processRun.compile(claimed)
    assert.include(String(body), 'Another release is live by now.', 'the server looks, too')
  })

  test('have one journal that is followed, however often it is opened, and three of a server', async ({
    assert,
    client,
  }) => {
    const open = async (fields: object) => {
      const response = await send(client, 'POST', '/journals', fields)
      return response.header('location')
    }
    const web = await open({ process: 'web' })
    assert.equal(await open({ process: 'web' }), web)
    const all = await open({})
    assert.notEqual(all, web)
    project = await createProject(tenant, server)
    const theirs = await open({ process: 'web' })
    assert.lengthOf(new Set([web, all, theirs]), 3)
    const refused = await send(client, 'POST', '/journals', { process: 'worker' })
    assert.match(flashed(refused).inputErrorsBag.process[0], /^3 journals of /)
    assert.equal(await open({ process: 'web' }), theirs)
    await Run.within(tenant.scope)
      .where('id', web!.split('/').at(-1)!)
      .update({ state: 'cancelled' })
    assert.match((await open({ process: 'worker' }))!, /^\/runs\//)
    const elsewhere = await createProject(tenant, await createServer(tenant))
    project = elsewhere
    assert.match((await open({}))!, /^\/runs\//)
  })

  test('a decision about an edited site counts for the file that was seen, on its server alone', async ({
    assert,
    client,
  }) => {
    const second = await createServer(tenant, { name: 'web-2' })
    const worker = await createServer(tenant, { name: 'worker-1' })
    await placeOn(project, second)
    await placeOn(project, worker, { role: 'worker' })
    const elsewhere = await createServer(tenant)
    const decided = async () => {
      const placed = await Placement.within(tenant.scope).where('project_id', project.id)
      return Object.fromEntries(placed.map(({ serverId, editedSite }) => [serverId, editedSite]))
    }
    const [ours, theirs] = ['b'.repeat(64), 'c'.repeat(64)]
    const decide = (act: string, { id }: Server, checksum: string) =>
      send(client, 'PUT', '/site', { act, server: id, checksum })
    await decide('keep', server, ours)
    await decide('overwrite', second, theirs)
    const both = {
      [server.id]: { act: 'keep', checksum: ours },
      [second.id]: { act: 'overwrite', checksum: theirs },
      [worker.id]: null,
    }
    assert.deepEqual(await decided(), both)
    await decide('keep', server, 'x')
    for (const other of [worker, elsewhere]) {
      const response = await decide('keep', other, ours)
      response.assertStatus(404)
    }
    assert.deepEqual(await decided(), both)
    await project.merge({ repositoryUrl: 'https://git.example.com/team/app.git' }).save()
    const deployment = await new CreateDeployment().deploy(causeOf(tenant.scope), project)
    const [{ runId }] = await placesOfDeployment(deployment)
    const [run] = await claim([runId!])
    const script = String((await deploymentRun.compile(run)).body)
    assert.include(script, run.serverId === server.id ? ours : theirs)
    assert.notInclude(script, run.serverId === server.id ? theirs : ours)
  })

  test('an edited site is shown for each server, and named where it stands in the way', async ({
    assert,
    client,
  }) => {
    const { project: live, deployment, run } = await createBelongings(tenant)
    project = live
    const second = await createServer(tenant, { name: 'a second one' })
    await placeOn(project, second, { liveReleaseId: project.liveReleaseId })
    const checksum = 'd'.repeat(64)
    fake.remote.on(/edited_site/, { stdout: `${checksum}\n+ <b>mine</b>\n` })
    const site = async () =>
      (await client.get(`/projects/${project.id}/site`).loginAs(tenant.owner)).text()
    const overview = async () =>
      (await client.get(`/projects/${project.id}`).loginAs(tenant.owner)).text()
    assert.equal((await site()).match(/Nobody has decided about it yet\./g)?.length, 2)
    assert.include(await site(), '&lt;b&gt;mine')
    assert.notInclude(await overview(), 'The site was edited by hand')
    await run.merge({ results: { site_edited: checksum } }).save()
    assert.include(await overview(), 'The site was edited by hand')
    const first = await placesOfDeployment(deployment)
    await send(client, 'PUT', '/site', { act: 'keep', server: second.id, checksum })
    assert.include(await site(), 'Nobody has decided about it yet.')
    assert.include(await overview(), 'The site was edited by hand')
    await send(client, 'PUT', '/site', { act: 'keep', server: first[0].serverId!, checksum })
    assert.notInclude(await overview(), 'The site was edited by hand')
    assert.include(await site(), 'Go on and deploy')
    assert.notInclude(await site(), 'Nobody has decided about it yet.')
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

  test('a project that is being removed is left alone meanwhile', async ({ assert, client }) => {
    project = (await createBelongings(tenant)).project
    const remove = (query: string) => send(client, 'DELETE', query, { confirm: project.name })
    await remove('?leave=nothing')
    const runs = () => Run.within(tenant.scope).where('project_id', project.id)
    const begun = await runs().where('state', 'queued')
    const [removal] = begun.filter(({ kind }) => kind === 'project.removal')
    for (const query of ['?leave=nothing', '']) {
      const { confirm } = flashed(await remove(query)).inputErrorsBag
      assert.match(confirm[0], /being removed already/)
    }
    const act = await send(client, 'POST', '/process-acts', { act: 'restart', process: 'web' })
    assert.match(flashed(act).inputErrorsBag.act[0], /is being removed/)
    assert.lengthOf(await runs().where('state', 'queued'), begun.length)
    await removal.merge({ state: 'failed', finishedAt: DateTime.utc() }).save()
    await send(client, 'POST', '/process-acts', { act: 'restart', process: 'web' })
    const { confirm } = flashed(await remove('')).inputErrorsBag
    assert.match(confirm[0], /processes are being seen to/)
    assert.exists(await Project.within(tenant.scope).where('id', project.id).first())
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
