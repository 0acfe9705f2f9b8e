import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { RemoteError } from '#engine/ssh/errors'
import { fingerprint } from '#engine/ssh/host_key'
import Activity from '#app/activity/models/activity'
import { verifyChain } from '#app/activity/verify_chain'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import Deployment from '#app/deployments/models/deployment'
import CancelRun from '#app/runs/actions/cancel_run'
import { claim } from '#app/runs/claims'
import { endRun, type EndFacts } from '#app/runs/worker/end_run'
import CheckServer from '#app/servers/actions/check_server'
import Server from '#app/servers/models/server'
import { runIdOf } from '#tests/support/deployments'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { swapServerRemotes, type FakeServerRemotes } from '#tests/support/fake_server_remotes'
import {
  createProject,
  createRun,
  createServer,
  createTenant,
  someHostKey,
  type Tenant,
} from '#tests/support/tenants'

const unreachable = () =>
  new RemoteError('E_CONNECT', 'web-1 does not answer.', 'Check its address and firewall.')

test.group('What features put on record', (group) => {
  let tenant: Tenant
  let fake: FakeServerRemotes

  group.each.setup(async () => {
    await emptyDatabase()
    tenant = await createTenant()
    const [remotes, restore] = swapServerRemotes()
    fake = remotes
    return restore
  })

  const rows = () => Activity.acrossTeams().orderBy('sequence')
  const actions = async () => (await rows()).map(({ action }) => action)
  const stored = (server: Server) => Server.acrossTeams().where('id', server.id).firstOrFail()
  const origin = () => tenant.scope.origin

  test('a server that stops answering, and answers again, is the panel’s own finding', async ({
    assert,
  }) => {
    const server = await createServer(tenant, { name: 'web-1' })
    const check = async () => new CheckServer(fake).handle(await stored(server))
    fake.remote.on(/^/, { error: unreachable() })
    await check()
    await check()
    await db
      .from('servers')
      .where('id', server.id)
      .update({ status_since: DateTime.utc().minus({ seconds: 74 }).toMillis() })
    fake.remote.on(/^/, { stdout: 'fact hostname web-1\n' })
    await check()
    await check()
    const [gone, back, ...more] = await rows()
    assert.lengthOf(more, 0)
    assert.containSubset(gone.serialize(), {
      action: 'server.unreachable',
      actorKind: 'system',
      teamId: tenant.team.id,
      subjectId: server.id,
      details: { message: 'web-1 does not answer. Check its address and firewall.' },
    })
    assert.equal(back.action, 'server.back')
    assert.closeTo(Number(back.details.afterSeconds), 74, 5)
  })

  for (const [code, action] of [
    ['E_AUTH', 'server.login_refused'],
    ['E_HOST_KEY', 'server.host_key_changed'],
    ['E_SUDO', 'server.root_lost'],
  ] as const) {
    test(`a server that fails with ${code} is ${action}`, async ({ assert }) => {
      const server = await createServer(tenant)
      fake.remote.on(/^/, { error: new RemoteError(code, 'It is so.', 'Look there.') })
      await new CheckServer(fake).handle(server)
      assert.deepEqual(await actions(), [action])
    })
  }

  test('a finding that several processes make at once is one', async ({ assert }) => {
    const server = await createServer(tenant)
    fake.remote.on(/^/, { error: unreachable() })
    const found = await Promise.all([stored(server), stored(server), stored(server)])
    await Promise.all(found.map((each) => new CheckServer(fake).handle(each)))
    assert.deepEqual(await actions(), ['server.unreachable'])
  })

  test('connecting a server is on record with the key, whether it works or not', async ({
    assert,
    client,
  }) => {
    const server = await createServer(tenant, {
      status: 'unconfirmed',
      offeredHostKey: someHostKey(),
      hostKeys: [],
    })
    const shown = fingerprint(server.offeredHostKey!)
    const connect = (fields: object) =>
      client
        .post(`/servers/${server.id}/connect`)
        .redirects(0)
        .loginAs(tenant.owner)
        .withCsrfToken()
        .unsafeForm({ fingerprint: shown, password: '', ...fields })
    await connect({ fingerprint: fingerprint(someHostKey()) })
    await connect({ password: 'CANARY-PASSWORD' })
    fake.remote.on('sh -s', { stdout: 'fact hostname web-1\n' })
    await connect({})
    const [failed, connected, ...more] = await rows()
    assert.lengthOf(more, 0)
    assert.equal(failed.action, 'server.connection_failed')
    assert.include(failed.details, { fingerprint: shown })
    assert.isNotEmpty(failed.details.message)
    assert.equal(connected.action, 'server.connected')
    assert.include(connected.details, { fingerprint: shown })
    assert.equal(connected.actorId, tenant.owner.id)
    assert.notInclude(JSON.stringify(await db.from('activities')), 'CANARY')
  })

  test('settings of a project are on record as they were and as they are', async ({
    assert,
    client,
  }) => {
    const project = await createProject(tenant, await createServer(tenant))
    const settings = {
      name: project.name,
      repositoryUrl: project.repositoryUrl,
      branch: 'next',
      runtime: 'process',
      buildCommands: 'npm ci\r\nnpm run build',
      startCommand: 'node server.js',
      publicDirectory: '',
      domain: project.domain,
      listenPort: '80',
      healthPath: '/health',
      healthTimeoutSeconds: '60',
      keepReleases: '5',
    }
    const save = () =>
      client
        .put(`/projects/${project.id}`)
        .redirects(0)
        .loginAs(tenant.owner)
        .withCsrfToken()
        .unsafeForm(settings)
    await save()
    await save()
    const [row, ...more] = await rows()
    assert.lengthOf(more, 0)
    assert.equal(row.action, 'project.updated')
    assert.deepEqual(row.details, {
      changes: {
        branch: { from: 'main', to: 'next' },
        healthTimeoutSeconds: { from: 30, to: 60 },
      },
    })
  })

  test('variables are on record by their name alone', async ({ assert, client }) => {
    const project = await createProject(tenant, await createServer(tenant))
    const path = `/projects/${project.id}/variables`
    const form = { key: 'API_KEY', value: 'CANARY-VALUE' }
    const asOwner = (method: string, at: string) =>
      client.request(at, method).redirects(0).loginAs(tenant.owner).withCsrfToken()
    await asOwner('POST', path).form(form)
    await asOwner('POST', path).form(form)
    await asOwner('DELETE', `${path}/API_KEY`)
    assert.deepEqual(
      (await rows()).map(({ action, details }) => [action, details]),
      [
        ['variable.set', { key: 'API_KEY', replaced: false }],
        ['variable.set', { key: 'API_KEY', replaced: true }],
        ['variable.removed', { key: 'API_KEY' }],
      ]
    )
    assert.notInclude(JSON.stringify(await db.from('activities')), 'CANARY')
  })

  test('a deployment asked for many times at once is on record once, and once that it waits', async ({
    assert,
  }) => {
    const project = await createProject(tenant, await createServer(tenant))
    const create = new CreateDeployment()
    const asked = Array.from({ length: 6 }, () => create.deploy(causeOf(tenant.scope), project))
    const answers = await Promise.all(asked)
    const [begun, ...others] = answers.filter(({ state }) => state === 'active')
    assert.lengthOf(others, 0)
    const [row, waits, ...more] = await rows()
    assert.lengthOf(more, 0)
    assert.equal(waits.action, 'deployment.started_waiting')
    assert.deepEqual(waits.runIds, [])
    assert.containSubset(row.serialize(), {
      action: 'deployment.started',
      subjectType: 'deployment',
      subjectId: begun.id,
      subjectName: project.name,
      runIds: [await runIdOf(begun)],
    })
  })

  const endings: [EndFacts, string][] = [
    [{ state: 'succeeded', exitCode: 0 }, 'deployment.live'],
    [{ state: 'failed', exitCode: 1 }, 'deployment.failed'],
    [{ state: 'cancelled', exitCode: 1 }, 'deployment.cancelled'],
    [{ state: 'lost', reason: 'rebooted' }, 'deployment.lost'],
  ]
  test('a deployment whose run ends as {0.state} is {1}')
    .with(endings)
    .run(async ({ assert }, [facts, action]) => {
      const project = await createProject(tenant, await createServer(tenant, { name: 'web-1' }))
      const create = new CreateDeployment()
      const deployment = await create.deploy(causeOf(tenant.scope), project)
      const [run] = await claim([await runIdOf(deployment)])
      await endRun(run, null, facts)
      const [, row, ...more] = await rows()
      assert.lengthOf(more, 0)
      assert.containSubset(row.serialize(), {
        action,
        actorKind: 'system',
        teamId: tenant.team.id,
        subjectId: deployment.id,
        subjectName: project.name,
        details: { server: 'web-1' },
        runIds: [await runIdOf(deployment)],
      })
    })

  test('a run is cancelled once, and not after its end', async ({ assert }) => {
    const server = await createServer(tenant)
    const open = await createRun(tenant, server)
    const ended = await createRun(tenant, server, { state: 'succeeded' })
    const cancel = (run: typeof open) => new CancelRun().handle(origin(), run)
    await Promise.all([cancel(open), cancel(open), cancel(ended)])
    const [row, ...more] = await rows()
    assert.lengthOf(more, 0)
    assert.containSubset(row.serialize(), { action: 'run.cancelled', runIds: [open.id] })
  })

  test('a thing removed by two clicks is on record as removed once', async ({ assert, client }) => {
    const server = await createServer(tenant)
    const remove = () =>
      client
        .delete(`/servers/${server.id}`)
        .redirects(0)
        .accept('text/html')
        .loginAs(tenant.owner)
        .withCsrfToken()
        .form({ confirm: server.name })
    await Promise.all([remove(), remove(), remove()])
    assert.deepEqual(await actions(), ['server.removed'])
  })

  test('an act that is refused is not on record', async ({ assert, client }) => {
    const server = await createServer(tenant)
    await createProject(tenant, server)
    const response = await client
      .delete(`/servers/${server.id}`)
      .redirects(0)
      .loginAs(tenant.owner)
      .withCsrfToken()
      .form({ confirm: server.name })
    response.assertStatus(302)
    assert.lengthOf(await rows(), 0)
  })

  test('an act that cannot be put on record is not done', async ({ assert, client }) => {
    const head = await db.from('activity_heads').firstOrFail()
    const project = await createProject(tenant, await createServer(tenant))
    await db.from('activity_heads').delete()
    try {
      const response = await client
        .post(`/projects/${project.id}/deployments`)
        .redirects(0)
        .accept('text/html')
        .loginAs(tenant.owner)
        .withCsrfToken()
      assert.notEqual(response.status(), 302)
    } finally {
      await db.table('activity_heads').insert(head)
    }
    assert.lengthOf(await Deployment.within(tenant.scope), 0)
    assert.lengthOf(await db.from('runs'), 0)
    assert.isNull((await verifyChain()).finding)
  })
})
