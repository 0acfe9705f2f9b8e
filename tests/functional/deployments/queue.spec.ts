import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import CarryOnDeployments from '#app/deployments/actions/carry_on_deployments'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import type { DeploymentState } from '#app/deployments/states'
import type Project from '#app/projects/models/project'
import { claim } from '#app/runs/claims'
import Run from '#app/runs/models/run'
import { endRun, type EndFacts } from '#app/runs/worker/end_run'
import { placesOfDeployment, runIdOf } from '#tests/support/deployments'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import {
  createBelongings,
  createMember,
  createRun,
  createTenant,
  createToken,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'

const LIVE: EndFacts = { state: 'succeeded', exitCode: 0 }

test.group('Deployments that wait', (group) => {
  let tenant: Tenant
  let belongings: Belongings
  let project: Project

  group.each.setup(async () => {
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
    project = belongings.project
    await Deployment.within(tenant.scope).delete()
    return swapServerRemotes()[1]
  })

  const send = (client: ApiClient, path: string, fields = {}, user = tenant.owner) =>
    client.post(path).redirects(0).accept('text/html').loginAs(user).withCsrfToken().form(fields)
  const deploy = async (client: ApiClient, reason?: string) => {
    const path = `/projects/${project.id}/deployments`
    const response = await send(client, path, reason ? { reason } : {})
    return response.header('location')!.split('/').at(-1)!
  }
  const all = () =>
    Deployment.within(tenant.scope)
      .where('project_id', project.id)
      .preload('runs', (places) => places.preload('run'))
      .orderBy('id')
  const states = async (): Promise<DeploymentState[]> => (await all()).map(({ state }) => state)
  const open = async (id: string) => Deployment.within(tenant.scope).where('id', id).firstOrFail()

  /** Ends the run of the active deployment. */
  async function end(facts: EndFacts) {
    const active = await Deployment.within(tenant.scope)
      .where('active_project_id', project.id)
      .firstOrFail()
    const [run] = await claim([await runIdOf(active)])
    await endRun(run, null, facts)
  }

  test('have a release and no run, and say so on their page', async ({ assert, client }) => {
    const first = await deploy(client)
    const second = await deploy(client, 'Prices for the weekend')
    assert.notEqual(first, second)
    const waiting = await open(second)
    assert.equal(waiting.state, 'waiting')
    assert.isEmpty(await placesOfDeployment(waiting))
    assert.isNull(waiting.activeProjectId)
    const path = `/projects/${project.id}/deployments/${second}`
    const page = await client.get(path).loginAs(tenant.owner)
    page.assertStatus(200)
    for (const text of ['It waits for the deployment under way', 'Prices for the weekend']) {
      assert.include(page.text(), text)
    }
    const before = await client
      .get(`/projects/${project.id}/deployments/${first}`)
      .loginAs(tenant.owner)
    assert.include(before.text(), 'Another deployment waits for this one')
    const overview = await client.get(`/projects/${project.id}`).loginAs(tenant.owner)
    assert.include(overview.text(), 'A deployment waits')
  })

  test('begin when the one before has ended as {0.state}, in the same moment')
    .with([
      [LIVE],
      [{ state: 'failed', exitCode: 1 }],
      [{ state: 'cancelled', exitCode: 1 }],
      [{ state: 'lost', reason: 'rebooted' }],
    ] as [EndFacts][])
    .run(async ({ assert, client }, [facts]) => {
      await deploy(client)
      const second = await deploy(client)
      await end(facts)
      const begun = await open(second)
      assert.equal(begun.state, 'active')
      const run = await Run.within(tenant.scope)
        .where('id', await runIdOf(begun))
        .firstOrFail()
      assert.equal(run.state, 'queued')
      assert.equal(run.createdBy, tenant.owner.id)
      const page = await client
        .get(`/projects/${project.id}/deployments/${second}`)
        .loginAs(tenant.owner)
      page.assertStatus(200)
    })

  test('the newest takes the place of those that wait', async ({ assert, client }) => {
    for (const reason of ['one', 'two', 'three', 'four']) await deploy(client, reason)
    assert.deepEqual(await states(), ['active', 'superseded', 'superseded', 'waiting'])
    const releases = await Release.within(tenant.scope)
      .where('project_id', project.id)
      .whereIn(
        'id',
        (await all()).map(({ releaseId }) => releaseId)
      )
      .orderBy('id')
    assert.deepEqual(
      releases.map(({ state }) => state),
      ['building', 'bad', 'bad', 'building']
    )
    const [, superseded] = await all()
    const page = await client
      .get(`/projects/${project.id}/deployments/${superseded.id}`)
      .loginAs(tenant.owner)
    assert.include(page.text(), 'A newer deployment took its place')
  })

  test('have their turns in order where the project says so', async ({ assert, client }) => {
    await project.merge({ queuePolicy: 'every' }).save()
    for (const reason of ['one', 'two', 'three']) await deploy(client, reason)
    assert.deepEqual(await states(), ['active', 'waiting', 'waiting'])
    await end(LIVE)
    assert.deepEqual(await states(), ['live', 'active', 'waiting'])
    await end({ state: 'failed', exitCode: 1 })
    assert.deepEqual(await states(), ['live', 'failed', 'active'])
    await end(LIVE)
    assert.deepEqual(await states(), ['live', 'failed', 'live'])
  })

  test('asked for again by the same person are the same', async ({ assert, client }) => {
    await deploy(client)
    const second = await deploy(client)
    assert.equal(await deploy(client), second)
    const deployer = await createMember(tenant.team, 'deployer')
    await send(client, `/projects/${project.id}/deployments`, {}, deployer)
    assert.deepEqual(await states(), ['active', 'superseded', 'waiting'])
  })

  test('asked for many times at once leave one active and one that waits', async ({
    assert,
    client,
  }) => {
    const responses = await Promise.all(
      ['one', 'two', 'three', 'four', 'five', 'six'].map((reason) =>
        send(client, `/projects/${project.id}/deployments`, { reason })
      )
    )
    for (const response of responses) response.assertStatus(302)
    const found = (await states()).sort()
    const superseded = Array.from({ length: 4 }, () => 'superseded')
    assert.deepEqual(found, ['active', ...superseded, 'waiting'])
  })

  test('a rollback waits, too', async ({ assert, client }) => {
    await deploy(client)
    await send(client, `/projects/${project.id}/releases/${belongings.release.id}/rollback`)
    assert.deepEqual(await states(), ['active', 'waiting'])
    await end({ state: 'failed', exitCode: 1 })
    const [, rollback] = await all()
    assert.equal(rollback.state, 'active')
    assert.equal(rollback.kind, 'rollback')
    assert.equal(rollback.runs[0].run.input.releaseId, belongings.release.id)
    const release = await Release.within(tenant.scope)
      .where('id', belongings.release.id)
      .firstOrFail()
    assert.equal(release.state, 'good')
  })

  test('a rollback that is superseded leaves its release good', async ({ assert, client }) => {
    await deploy(client)
    await send(client, `/projects/${project.id}/releases/${belongings.release.id}/rollback`)
    await deploy(client)
    assert.deepEqual(await states(), ['active', 'superseded', 'waiting'])
    const release = await Release.within(tenant.scope)
      .where('id', belongings.release.id)
      .firstOrFail()
    assert.equal(release.state, 'good')
  })

  test('are cancelled, and never begin', async ({ assert, client }) => {
    await deploy(client)
    const second = await deploy(client)
    const path = `/projects/${project.id}/deployments/${second}`
    await send(client, `${path}/cancel`)
    assert.deepEqual(await states(), ['active', 'cancelled'])
    const page = await client.get(path).loginAs(tenant.owner)
    assert.include(page.text(), 'It was cancelled before it began')
    await end(LIVE)
    assert.deepEqual(await states(), ['live', 'cancelled'])
    await send(client, `${path}/cancel`)
    assert.deepEqual(await states(), ['live', 'cancelled'])
  })

  test('are cancelled all at once', async ({ assert, client }) => {
    await project.merge({ queuePolicy: 'every' }).save()
    for (const reason of ['one', 'two', 'three']) await deploy(client, reason)
    await send(client, `/projects/${project.id}/waiting-deployments/cancel`)
    assert.deepEqual(await states(), ['active', 'cancelled', 'cancelled'])
    const [active] = await all()
    assert.isNull(active.runs[0].run.cancelRequestedAt)
  })

  test('that began meanwhile are cancelled through their run', async ({ assert, client }) => {
    const id = await deploy(client)
    await send(client, `/projects/${project.id}/deployments/${id}/cancel`)
    const [active] = await all()
    assert.equal(active.state, 'active')
    assert.isNotNull(active.runs[0].run.cancelRequestedAt)
  })

  test('whose turn was missed are found by a regular look', async ({ assert, client }) => {
    const first = await deploy(client)
    const second = await deploy(client)
    // A panel that was killed, or whose server was removed, between the two.
    await db
      .from('deployments')
      .where('id', first)
      .update({ state: 'lost', active_project_id: null })
    await Promise.all([new CarryOnDeployments().handle(), new CarryOnDeployments().handle()])
    assert.equal((await open(second)).state, 'active')
    const runs = await Run.within(tenant.scope).where('project_id', project.id)
    assert.lengthOf(runs, 2)
    await new CarryOnDeployments().handle()
    assert.lengthOf(await Run.within(tenant.scope).where('project_id', project.id), 2)
  })

  test('begin once {$self} has ended that has the servers to itself')
    .with(['project.processes', 'project.removal'])
    .run(async ({ assert, client }, kind) => {
      const { server } = belongings
      const run = await createRun(tenant, server, { kind, projectId: project.id })
      await createRun(tenant, server, { kind, projectId: null, input: { projectId: 'another' } })
      await deploy(client)
      await new CarryOnDeployments().handle()
      assert.deepEqual(await states(), ['waiting'])
      await run.merge({ state: 'running' }).save()
      await new CarryOnDeployments().handle()
      assert.deepEqual(await states(), ['waiting'])
      await run.merge({ state: 'failed', finishedAt: DateTime.utc() }).save()
      await new CarryOnDeployments().handle()
      assert.deepEqual(await states(), ['active'])
    })

  test('take the settings as they are when they begin', async ({ assert, client }) => {
    await deploy(client)
    const second = await deploy(client)
    await project.merge({ runtime: 'static', branch: 'next', deadlineMinutes: 24 * 60 }).save()
    await end(LIVE)
    const begun = await open(second)
    const run = await Run.within(tenant.scope)
      .where('id', await runIdOf(begun))
      .firstOrFail()
    assert.equal(run.deadlineSeconds, 86_400)
    const release = await Release.within(tenant.scope).where('id', begun.releaseId).firstOrFail()
    assert.containSubset(release, { runtime: 'static', branch: 'next' })
  })

  test('are asked for, seen and cancelled by programs', async ({ assert, client }) => {
    const { text } = await createToken(tenant.owner, tenant.team, { name: 'CI of the shop' })
    const path = `/api/v1/projects/${project.id}/deployments`
    const ask = () => client.post(path).bearerToken(text).json({ reason: 'Nightly' })
    const first = (await ask()).body().deployment
    const second = (await ask()).body().deployment
    assert.containSubset(first, { state: 'active', cause: 'token', reason: 'Nightly' })
    assert.containSubset(second, { state: 'waiting', servers: [] })
    assert.match(second.causedBy, /^CI of the shop of /)
    const cancelled = await client.post(`${path}/${second.id}/cancel`).bearerToken(text)
    cancelled.assertStatus(202)
    assert.equal(cancelled.body().deployment.state, 'cancelled')
    const page = await client.get(`/projects/${project.id}/deployments`).loginAs(tenant.owner)
    assert.include(page.text(), 'Token CI of the shop of')
    assert.include(page.text(), 'Nightly')
  })

  test('are none of another project', async ({ assert, client }) => {
    await deploy(client)
    const second = await deploy(client)
    const other = await createBelongings(tenant)
    const path = `/projects/${other.project.id}/deployments/${second}/cancel`
    const response = await send(client, path)
    response.assertStatus(404)
    assert.deepEqual(await states(), ['active', 'waiting'])
  })
})
