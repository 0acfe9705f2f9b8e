import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import type Project from '#app/projects/models/project'
import Run from '#app/runs/models/run'
import { runIdOf } from '#tests/support/deployments'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import {
  createBelongings,
  createProject,
  createTenant,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'

test.group('Deployments', (group) => {
  let tenant: Tenant
  let belongings: Belongings
  let project: Project

  group.each.setup(async () => {
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
    project = belongings.project
    return swapServerRemotes()[1]
  })

  const send = (client: ApiClient, path: string) =>
    client.post(path).redirects(0).accept('text/html').loginAs(tenant.owner).withCsrfToken()
  const active = () => Deployment.within(tenant.scope).where('active_project_id', project.id)

  test('are recorded with their release and their run', async ({ assert, client }) => {
    const response = await send(client, `/projects/${project.id}/deployments`)
    const [deployment] = await active()
    response.assertHeader('location', `/projects/${project.id}/deployments/${deployment.id}`)
    assert.equal(deployment.kind, 'deploy')
    assert.equal(deployment.createdBy, tenant.owner.id)
    assert.isTrue(deployment.isOpen)
    const run = await Run.within(tenant.scope)
      .where('id', await runIdOf(deployment))
      .firstOrFail()
    assert.equal(run.state, 'queued')
    assert.equal(run.serverId, belongings.server.id)
    const release = await Release.within(tenant.scope)
      .where('id', deployment.releaseId)
      .firstOrFail()
    assert.equal(release.state, 'building')
    assert.notEqual(release.id, project.liveReleaseId)
  })

  test('of other projects do not wait for each other', async ({ assert, client }) => {
    const other = await createProject(tenant, belongings.server)
    await send(client, `/projects/${project.id}/deployments`)
    await send(client, `/projects/${other.id}/deployments`)
    const open = await Deployment.within(tenant.scope).whereNotNull('active_project_id')
    assert.lengthOf(open, 2)
  })

  test('of an earlier release make it live again by its own deployment', async ({
    assert,
    client,
  }) => {
    const releases = await Release.within(tenant.scope)
    await send(client, `/projects/${project.id}/releases/${belongings.release.id}/rollback`)
    const [deployment] = await active()
    assert.equal(deployment.kind, 'rollback')
    assert.equal(deployment.releaseId, belongings.release.id)
    assert.lengthOf(await Release.within(tenant.scope), releases.length)
  })

  test('of a release that is not good are not there', async ({ assert, client }) => {
    for (const state of ['building', 'bad', 'removed'] as const) {
      await belongings.release.merge({ state }).save()
      const response = await send(
        client,
        `/projects/${project.id}/releases/${belongings.release.id}/rollback`
      )
      response.assertStatus(404)
    }
    assert.lengthOf(await active(), 0)
  })

  test('under way keep their project', async ({ assert, client }) => {
    await send(client, `/projects/${project.id}/deployments`)
    const response = await client
      .delete(`/projects/${project.id}`)
      .redirects(0)
      .loginAs(tenant.owner)
      .withCsrfToken()
      .form({ confirm: project.name })
    assert.property(response.flashMessages().inputErrorsBag, 'confirm')
    assert.lengthOf(await active(), 1)
  })

  test('are cancelled through their run, and asking twice changes nothing', async ({
    assert,
    client,
  }) => {
    await send(client, `/projects/${project.id}/deployments`)
    const [deployment] = await active()
    const runId = await runIdOf(deployment)
    await send(client, `/runs/${runId}/cancel`)
    const asked = await db.from('runs').where('id', runId).first()
    assert.isNotNull(asked.cancel_requested_at)
    await send(client, `/runs/${runId}/cancel`)
    assert.deepEqual(await db.from('runs').where('id', runId).first(), asked)
    const page = await client.get(`/runs/${runId}`).loginAs(tenant.owner)
    assert.include(page.text(), 'Cancelling')
  })

  test('that ended cannot be cancelled', async ({ assert, client }) => {
    const before = await db.from('runs').where('id', belongings.run.id).first()
    await send(client, `/runs/${belongings.run.id}/cancel`)
    assert.deepEqual(await db.from('runs').where('id', belongings.run.id).first(), before)
  })
})
