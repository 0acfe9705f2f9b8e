import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import Deployment from '#app/deployments/models/deployment'
import type Project from '#app/projects/models/project'
import type Server from '#app/servers/models/server'
import { keepOnAll } from '#tests/support/deployments'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { timedDeployment } from '#tests/support/timed_deployments'
import {
  createMember,
  createProject,
  createServer,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'

test.group('The page of a project', (group) => {
  let tenant: Tenant
  let server: Server
  let project: Project

  group.each.setup(async () => {
    tenant = await createTenant()
    server = await createServer(tenant)
    project = await createProject(tenant, server, {
      repositoryUrl: 'https://git.example.com/team/app.git',
    })
    return swapServerRemotes()[1]
  })

  const open = async (client: ApiClient, path = '', person = tenant.owner) => {
    const response = await client.get(`/projects/${project.id}${path}`).loginAs(person)
    response.assertStatus(200)
    return response.text()
  }
  const send = (client: ApiClient, path: string, values: Record<string, string> = {}) =>
    client
      .post(`/projects/${project.id}/${path}`)
      .redirects(0)
      .accept('text/html')
      .loginAs(tenant.owner)
      .withCsrfToken()
      .form(values)
  const set = (client: ApiClient, key: string, value: string) =>
    send(client, 'variables', { key, value, isSecret: 'true' })

  async function goLive(subject = 'First') {
    const deployment = await timedDeployment(tenant, project, server, {
      createdBy: tenant.owner.id,
      reason: 'for the fair',
      release: { commitSubject: subject },
    })
    await project.merge({ liveReleaseId: deployment.releaseId }).save()
    return deployment
  }

  test('says who made the live release live, and why', async ({ assert, client }) => {
    const deployment = await goLive()
    const html = await open(client)
    assert.include(html, `/deployments/${deployment.id}`)
    assert.include(html, tenant.owner.fullName)
    assert.include(html, '“for the fair”')
  })

  test('follows what is under way', async ({ assert, client }) => {
    await goLive()
    const deployment = await new CreateDeployment().deploy(causeOf(tenant.scope), project)
    const waiting = await new CreateDeployment().deploy(causeOf(tenant.scope, 'later'), project)
    assert.isTrue(waiting.isWaiting)
    const html = await open(client)
    assert.include(
      html,
      `data-events-url="/projects/${project.id}/deployments/${deployment.id}/events"`
    )
    assert.include(html, 'A deployment waits')
  })

  test('names variables that changed after the live release was built', async ({
    assert,
    client,
  }) => {
    await set(client, 'OLD_KEY', 'one')
    await set(client, 'GONE_KEY', 'one')
    await goLive()
    assert.notInclude(await open(client), 'after the live release was built')
    await set(client, 'OLD_KEY', 'two')
    assert.include(await open(client), 'OLD_KEY was changed after the live release was built')
    await set(client, 'NEW_KEY', 'one')
    await set(client, 'BRIEF_KEY', 'one')
    for (const key of ['GONE_KEY', 'BRIEF_KEY']) {
      await client
        .delete(`/projects/${project.id}/variables/${key}`)
        .redirects(0)
        .loginAs(tenant.owner)
        .withCsrfToken()
    }
    const html = await open(client)
    assert.include(html, '3 variables were changed after the live release was built')
    for (const [key, change] of [
      ['OLD_KEY', 'changed'],
      ['NEW_KEY', 'new'],
      ['GONE_KEY', 'removed'],
    ]) {
      assert.match(html, new RegExp(`${key}</span>\\s*<span class="muted">${change}<`))
    }
    const viewer = await createMember(tenant.team, 'viewer')
    assert.notInclude(await open(client, '', viewer), '/redeployments')
  })

  test('deploys the live commit again with changed variables', async ({ assert, client }) => {
    const before = await goLive('The live one')
    await set(client, 'DATABASE_URL', 'mysql://db')
    const response = await send(client, 'redeployments')
    const [deployment] = await Deployment.within(tenant.scope)
      .where('active_project_id', project.id)
      .preload('release')
    response.assertHeader('location', `/projects/${project.id}/deployments/${deployment.id}`)
    assert.equal(deployment.cause, 'variables')
    assert.equal(deployment.causedBy, 'DATABASE_URL')
    assert.equal(deployment.createdBy, tenant.owner.id)
    assert.equal(deployment.kind, 'deploy')
    assert.notEqual(deployment.releaseId, before.releaseId)
    assert.equal(deployment.release.commit, 'a'.repeat(40))
    assert.equal(deployment.release.commitSubject, 'The live one')
    const html = await open(client, `/deployments/${deployment.id}`)
    assert.match(html, /for DATABASE_URL/)
  })

  test('deploys nothing again before anything is live', async ({ assert, client }) => {
    const response = await send(client, 'redeployments')
    assert.property(response.flashMessages().inputErrorsBag, 'redeploy')
    assert.lengthOf(await Deployment.within(tenant.scope), 0)
  })

  test('asks before a rollback takes back variables, and names them', async ({
    assert,
    client,
  }) => {
    const first = await goLive()
    await keepOnAll(project.id, [first.releaseId])
    const second = await goLive('Second')
    await keepOnAll(project.id, [second.releaseId])
    const path = `/projects/${project.id}/releases/${first.releaseId}/rollback`
    assert.include(await open(client), `action="${path}"`)
    await set(client, 'GREETING', 'hello')
    const html = await open(client)
    assert.notInclude(html, `action="${path}"`)
    assert.include(html, `href="${path}"`)
    const page = (await client.get(path).loginAs(tenant.owner)).text()
    assert.include(page, '1 variable is other now than it was built with')
    assert.include(page, 'GREETING')
    assert.include(page, `action="${path}"`)
  })
})
