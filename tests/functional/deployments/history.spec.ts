import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import type Project from '#app/projects/models/project'
import type Server from '#app/servers/models/server'
import { timedDeployment } from '#tests/support/timed_deployments'
import {
  createMember,
  createProject,
  createServer,
  createTenant,
  createToken,
  type Tenant,
} from '#tests/support/tenants'

test.group('The history of a project', (group) => {
  let tenant: Tenant
  let server: Server
  let project: Project

  group.each.setup(async () => {
    tenant = await createTenant()
    server = await createServer(tenant)
    project = await createProject(tenant, server)
  })

  const open = async (client: ApiClient, query = '') => {
    const response = await client
      .get(`/projects/${project.id}/deployments${query}`)
      .loginAs(tenant.owner)
    response.assertStatus(200)
    return response.text()
  }
  const deployed = (subject: string, values: Parameters<typeof timedDeployment>[3] = {}) =>
    timedDeployment(tenant, project, server, {
      ...values,
      release: { commitSubject: subject, ...values.release },
    })

  test('says what to do before there is any', async ({ assert, client }) => {
    assert.include(await open(client), 'Never deployed')
  })

  test('is filtered by result, cause, person, text and days', async ({ assert, client }) => {
    const grace = await createMember(tenant.team, 'deployer')
    await deployed('The failing one', { state: 'failed', createdBy: tenant.owner.id })
    await deployed('The pushed one', { cause: 'webhook', causedBy: 'octocat' })
    await deployed('The one of Grace', { createdBy: grace.id, reason: 'before the weekend' })
    await deployed('The 100% one', { release: { commit: `beef${'0'.repeat(36)}` } })
    await deployed('The old one', { createdAt: DateTime.fromISO('2026-03-04T12:00:00Z') })
    const all = ['failing', 'pushed', 'of Grace', '100%', 'old']
    const shown = async (query: string) => {
      const html = await open(client, query)
      return all.filter((word) =>
        html.includes(word.startsWith('of') ? `one ${word}` : `${word} one`)
      )
    }
    assert.deepEqual(await shown(''), all)
    assert.deepEqual(await shown('?state=failed'), ['failing'])
    assert.deepEqual(await shown('?state=open'), [])
    assert.deepEqual(await shown('?cause=webhook'), ['pushed'])
    assert.deepEqual(await shown(`?by=${grace.id}`), ['of Grace'])
    assert.deepEqual(await shown('?text=octocat'), ['pushed'])
    assert.deepEqual(await shown('?text=weekend'), ['of Grace'])
    assert.deepEqual(await shown('?text=100%25'), ['100%'])
    assert.deepEqual(await shown('?text=BEEF0'), ['100%'])
    assert.deepEqual(await shown('?text=one+pushed'), ['pushed'])
    assert.deepEqual(await shown('?from=2026-03-04&to=2026-03-04'), ['old'])
    assert.deepEqual(await shown('?to=2026-03-03'), [])
    assert.deepEqual(await shown('?state=nonsense&by=1&from=yesterday'), all)
    assert.include(await open(client, '?text=nowhere'), 'No deployment fits these filters.')
  })

  test('is filtered by branch, once there was another', async ({ assert, client }) => {
    await deployed('The main one', { release: { branch: 'main' } })
    await deployed('The unnamed one')
    assert.notInclude(await open(client), 'name="branch"')
    await deployed('The 100% one', { release: { branch: 'fix/100%' } })
    const shown = async (query: string) => {
      const html = await open(client, query)
      return ['main', 'unnamed', '100%'].filter((word) => html.includes(`The ${word} one`))
    }
    assert.include(await open(client), 'name="branch"')
    assert.deepEqual(await shown('?branch=fix/100%25'), ['100%'])
    assert.deepEqual(await shown('?branch=main'), ['main'])
    assert.deepEqual(await shown('?branch=mai_'), [])
    assert.deepEqual(await shown('?branch[]=main'), ['main', 'unnamed', '100%'])
    const other = await createProject(tenant, server)
    const path = `/projects/${other.id}/deployments?branch=main`
    const elsewhere = await client.get(path).loginAs(tenant.owner)
    assert.notInclude(elsewhere.text(), 'The main one')
    assert.include(elsewhere.text(), 'No deployment fits these filters.')
  })

  test('has 25 a page and keeps the filters', async ({ assert, client }) => {
    for (let count = 0; count < 27; count++) await deployed('Again', { steps: {} })
    const first = await open(client, '?state=live')
    assert.include(first, '1&ndash;25 of 27')
    assert.include(first, '?state=live&amp;page=2')
    assert.include(await open(client, '?state=live&page=9'), '26&ndash;27 of 27')
  })

  test('is the same for programs', async ({ assert, client }) => {
    await deployed('Good')
    await deployed('Bad', { state: 'failed' })
    const { text } = await createToken(tenant.owner, tenant.team)
    const response = await client
      .get(`/api/v1/projects/${project.id}/deployments?state=failed`)
      .bearerToken(text)
    response.assertStatus(200)
    const { deployments, ...pages } = response.body()
    assert.deepEqual(pages, { total: 1, page: 1, pages: 1 })
    assert.equal(deployments[0].release.commitSubject, 'Bad')
    assert.lengthOf(deployments[0].servers, 1)
  })
})
