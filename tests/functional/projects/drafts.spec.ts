import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import { gzipSync } from 'node:zlib'
import db from '@adonisjs/lucid/services/db'
import { Secret } from '#engine/shell/secret'
import Project from '#app/projects/models/project'
import ProjectDraft from '#app/projects/models/project_draft'
import ProjectTemplate from '#app/projects/models/project_template'
import Run from '#app/runs/models/run'
import type Server from '#app/servers/models/server'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import {
  createDraft,
  createProject,
  createRun,
  createServer,
  createTemplate,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'

const settings = {
  name: 'Shop',
  runtime: 'process',
  buildCommands: 'npm ci',
  startCommand: 'node server.js',
  domain: 'shop.example.com',
  listenPort: '80',
  healthPath: '/health',
  healthTimeoutSeconds: '30',
  keepReleases: '5',
}

/** The results of a reading that found these files. */
function resultsOf(files: Record<string, string>) {
  const report = Object.entries(files).map(
    ([path, text]) => `path ${path}\nfile ${Buffer.byteLength(text)} ${path}\n${text}`
  )
  const packed = gzipSync(report.join('')).toString('base64')
  const parts = packed.match(/.{1,1400}/g) ?? []
  return {
    ...Object.fromEntries(parts.map((part, index) => [`files_${index}`, part])),
    commit: 'd'.repeat(40),
    subject: 'A subject',
    author: 'Ada',
  }
}

test.group('Projects in the making', (group) => {
  let tenant: Tenant
  let server: Server

  group.each.setup(async () => {
    tenant = await createTenant()
    server = await createServer(tenant)
    return swapServerRemotes()[1]
  })

  const send = (client: ApiClient, method: string, path: string, fields: object = {}) =>
    client
      .request(path, method)
      .redirects(0)
      .accept('text/html')
      .loginAs(tenant.owner)
      .withCsrfToken()
      .unsafeForm(fields)
  const page = async (client: ApiClient, path: string) => {
    const response = await client.get(path).loginAs(tenant.owner)
    response.assertStatus(200)
    return response.text()
  }
  const source = { repositoryUrl: 'https://git.example.com/team/shop.git', branch: 'main' }
  const begin = (client: ApiClient, values: object = {}) =>
    send(client, 'POST', '/project-drafts', { ...source, serverId: server.id, ...values })

  test('keep where the code comes from, and what opens it is never shown', async ({
    assert,
    client,
  }) => {
    const values = {
      ...{ accessUser: 'oauth2', accessToken: 'glpat-canary', refKind: 'tag' },
      ...{ branch: 'v1.0', sourceDirectory: 'apps/shop' },
    }
    const response = await begin(client, values)
    const draft = await ProjectDraft.within(tenant.scope).firstOrFail()
    response.assertHeader('location', `/project-drafts/${draft.id}`)
    assert.equal(draft.accessToken!.reveal(), 'glpat-canary')
    assert.equal(draft.sourceDirectory, 'apps/shop')
    const row = await db.from('project_drafts').where('id', draft.id).firstOrFail()
    assert.notInclude(JSON.stringify(row), 'glpat-canary')
    for (const path of [`/project-drafts/${draft.id}`, `/project-drafts/${draft.id}/edit`]) {
      assert.notInclude(await page(client, path), 'glpat-canary')
    }
    const recorded = JSON.stringify(await db.from('activities').select('*'))
    assert.include(recorded, 'project_draft.begun')
    assert.notInclude(recorded, 'glpat-canary')
  })

  test('over ssh show a deploy key and how to add it', async ({ assert, client }) => {
    await begin(client, { repositoryUrl: 'git@github.com:team/shop.git' })
    const draft = await ProjectDraft.within(tenant.scope).firstOrFail()
    const html = await page(client, `/project-drafts/${draft.id}`)
    assert.include(html, draft.deployPublicKey!.split(' ')[1])
    assert.include(html, 'https://github.com/team/shop/settings/keys/new')
    assert.notInclude(html, 'Compare the fingerprint')
  })

  test('of a host nobody knows have its key confirmed first', async ({ assert, client }) => {
    await begin(client, { repositoryUrl: 'git@git.elsewhere.example:team/shop.git' })
    const draft = await ProjectDraft.within(tenant.scope).firstOrFail()
    const html = await page(client, `/project-drafts/${draft.id}`)
    assert.include(html, `/project-drafts/${draft.id}/git-host`)
    assert.notInclude(html, 'Test access')
  })

  test('take a token with a user over https alone', async ({ assert, client }) => {
    const refused = async (values: object, field: string) => {
      const response = await begin(client, values)
      assert.property(response.flashMessages().inputErrorsBag, field)
    }
    await refused({ accessToken: 'x' }, 'accessUser')
    await refused({ accessUser: 'x' }, 'accessToken')
    const repositoryUrl = 'git@github.com:team/shop.git'
    await refused({ repositoryUrl, accessUser: 'x', accessToken: 'y' }, 'accessToken')
    await refused({ accessUser: 'x', accessToken: 'two words' }, 'accessToken')
    assert.isEmpty(await ProjectDraft.within(tenant.scope))
  })

  test('do not take their token to another host', async ({ assert, client }) => {
    const draft = await createDraft(tenant, server, {
      accessUser: 'oauth2',
      accessToken: new Secret('kept'),
    })
    const change = (repositoryUrl: string) =>
      send(client, 'PUT', `/project-drafts/${draft.id}`, {
        ...source,
        ...{ repositoryUrl, accessUser: 'oauth2', serverId: server.id },
      })
    await change('https://git.example.com/team/other.git')
    await draft.refresh()
    assert.equal(draft.accessToken!.reveal(), 'kept')
    const response = await change('https://git.evil.example/team/other.git')
    assert.property(response.flashMessages().inputErrorsBag, 'accessToken')
    await draft.refresh()
    assert.include(draft.repositoryUrl, 'git.example.com')
  })

  test('are read by one run at a time', async ({ assert, client }) => {
    const draft = await createDraft(tenant, server)
    const read = () => send(client, 'POST', `/project-drafts/${draft.id}/readings`)
    await read()
    await read()
    const runs = await Run.within(tenant.scope).where('kind', 'repository.read')
    assert.lengthOf(runs, 1)
    await draft.refresh()
    assert.equal(draft.readingRunId, runs[0].id)
    assert.include(await page(client, `/project-drafts/${draft.id}`), `/runs/${runs[0].id}/events`)
  })

  test('propose settings from what was read, with the reasons, and apply nothing', async ({
    assert,
    client,
  }) => {
    const manifest = { dependencies: { next: '14' }, scripts: { build: 'next build' } }
    const results = resultsOf({
      'package.json': JSON.stringify(manifest),
      'package-lock.json': '{}',
      'api/requirements.txt': 'fastapi\n<script>alert(1)</script>',
    })
    const run = await createRun(tenant, server, { state: 'succeeded', results })
    const draft = await createDraft(tenant, server, { readingRunId: run.id })
    const html = await page(client, `/project-drafts/${draft.id}/settings`)
    assert.include(html, 'It looks like Next.js')
    assert.include(html, 'package-lock.json is there')
    assert.include(html, 'npx next start -H $HOST -p $PORT')
    assert.include(html, 'FastAPI')
    assert.notInclude(html, '<script>alert')
    assert.isEmpty(await Project.within(tenant.scope))
  })

  test('are filled in from a template of the team', async ({ assert, client }) => {
    const template = await createTemplate(tenant)
    const draft = await createDraft(tenant, server)
    const html = await page(client, `/project-drafts/${draft.id}/settings?template=${template.id}`)
    assert.include(html, 'bin/serve')
    const foreign = await createTemplate(await createTenant(), { name: 'Foreign name' })
    const other = await page(client, `/project-drafts/${draft.id}/settings?template=${foreign.id}`)
    assert.notInclude(other, 'Foreign name')
  })

  test('become projects with their key and token, once', async ({ assert, client }) => {
    const draft = await createDraft(tenant, server, {
      ...{ refKind: 'tag', branch: 'v2', sourceDirectory: 'web' },
      accessUser: 'oauth2',
      accessToken: new Secret('kept'),
    })
    const path = `/project-drafts/${draft.id}/settings`
    const response = await send(client, 'POST', path, { ...settings, slug: 'shop' })
    const project = await Project.within(tenant.scope).firstOrFail()
    response.assertHeader('location', `/projects/${project.id}/plan`)
    assert.containSubset(project.serialize(), {
      ...{ repositoryUrl: draft.repositoryUrl, refKind: 'tag', branch: 'v2' },
      ...{ sourceDirectory: 'web', accessUser: 'oauth2' },
    })
    assert.equal(project.accessToken!.reveal(), 'kept')
    assert.isEmpty(await ProjectDraft.within(tenant.scope))
    const again = await send(client, 'POST', path, { ...settings, slug: 'again' })
    again.assertStatus(404)
    const looks = await Run.within(tenant.scope).where('kind', 'deployment.look')
    assert.lengthOf(looks, 1)
  })

  test('come back with what was typed when a name is taken', async ({ assert, client }) => {
    await createProject(tenant, server, { slug: 'shop' })
    const draft = await createDraft(tenant, server)
    const path = `/project-drafts/${draft.id}/settings`
    const response = await send(client, 'POST', path, { ...settings, slug: 'shop' })
    assert.property(response.flashMessages().inputErrorsBag, 'slug')
    assert.lengthOf(await ProjectDraft.within(tenant.scope), 1)
  })

  test('find their server among a thousand by a search', async ({ assert, client }) => {
    const few = await page(client, '/project-drafts/new')
    assert.include(few, 'name="serverId"')
    const row = await db.from('servers').where('id', server.id).firstOrFail()
    const many = Array.from({ length: 1000 }, (_, index) => ({
      ...row,
      id: `01M00000000000000000${String(index).padStart(6, '0')}`,
      name: `many-${String(index).padStart(4, '0')}`,
    }))
    for (let from = 0; from < many.length; from += 50) {
      await db.table('servers').multiInsert(many.slice(from, from + 50))
    }
    const first = await page(client, '/project-drafts/new')
    assert.isBelow(first.length, few.length + 20_000)
    assert.notInclude(first, 'name="serverId"')
    const found = await page(client, '/project-drafts/new?search=many-0777')
    assert.include(found, `server=${many[777].id}`)
    const chosen = await page(client, `/project-drafts/new?server=${many[777].id}`)
    assert.include(chosen, `name="serverId" value="${many[777].id}"`)
    const odd = await page(client, '/project-drafts/new?search=%25&server[]=x')
    assert.include(odd, 'No connected server has this')
  })

  test('leave nothing when they are given up', async ({ assert, client }) => {
    const draft = await createDraft(tenant, server)
    await send(client, 'DELETE', `/project-drafts/${draft.id}`)
    assert.isEmpty(await ProjectDraft.within(tenant.scope))
  })

  test('begin with templates that projects were kept as, without anything secret', async ({
    assert,
    client,
  }) => {
    const project = await createProject(tenant, server)
    const keep = () => send(client, 'POST', `/projects/${project.id}/templates`, { name: 'Ours' })
    await keep()
    const template = await ProjectTemplate.within(tenant.scope).firstOrFail()
    assert.deepEqual(Object.keys(template.settings).toSorted(), [
      ...['buildCommands', 'healthPath', 'publicDirectory', 'runtime', 'startCommand'],
    ])
    assert.property((await keep()).flashMessages().inputErrorsBag, 'name')
    assert.include(await page(client, '/project-templates'), 'Ours')
    await send(client, 'DELETE', `/project-templates/${template.id}`)
    assert.isEmpty(await ProjectTemplate.within(tenant.scope))
  })
})
