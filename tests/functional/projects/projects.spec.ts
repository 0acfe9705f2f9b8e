import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import { fingerprint } from '#engine/ssh/host_key'
import GitHost from '#app/projects/models/git_host'
import Placement from '#app/projects/models/placement'
import Project from '#app/projects/models/project'
import ProjectVariable from '#app/projects/models/project_variable'
import type Server from '#app/servers/models/server'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { swapServerRemotes, type FakeServerRemotes } from '#tests/support/fake_server_remotes'
import { flashed } from '#tests/support/flashed'
import { createProject, createServer, createTenant, type Tenant } from '#tests/support/tenants'

const settings = {
  name: 'Shop',
  repositoryUrl: 'https://git.example.com/team/shop.git',
  branch: 'main',
  runtime: 'process',
  buildCommands: 'npm ci',
  startCommand: 'node server.js',
  publicDirectory: '',
  domain: 'shop.example.com',
  listenPort: '80',
  healthPath: '/health',
  healthTimeoutSeconds: '30',
  keepReleases: '5',
}

test.group('Projects', (group) => {
  let tenant: Tenant
  let server: Server
  let fake: FakeServerRemotes

  group.each.setup(async () => {
    tenant = await createTenant()
    server = await createServer(tenant)
    const [remotes, restore] = swapServerRemotes()
    fake = remotes
    return restore
  })

  const send = (client: ApiClient, method: string, path: string, fields: object = {}) =>
    client
      .request(path, method)
      .redirects(0)
      .accept('text/html')
      .loginAs(tenant.owner)
      .withCsrfToken()
      .unsafeForm(fields)
  const create = (client: ApiClient, values: object = {}) =>
    send(client, 'POST', '/projects', { ...settings, serverId: server.id, slug: 'shop', ...values })

  test('are made as described', async ({ assert, client }) => {
    const response = await create(client)
    const project = await Project.within(tenant.scope).firstOrFail()
    response.assertHeader('location', `/projects/${project.id}`)
    assert.containSubset(project.serialize(), {
      slug: 'shop',
      name: 'Shop',
      runtime: 'process',
      buildCommands: 'npm ci',
      startCommand: 'node server.js',
      listenPort: 80,
      keepReleases: 5,
    })
    assert.isNull(project.deployKey)
    assert.isNull(project.publicDirectory)
  })

  test('fetched over ssh get a deploy key and show its public part', async ({ assert, client }) => {
    const response = await create(client, { repositoryUrl: 'git@git.example.com:team/shop.git' })
    const project = await Project.within(tenant.scope).firstOrFail()
    assert.match(project.deployKey!.reveal(), /^-----BEGIN OPENSSH PRIVATE KEY-----/)
    const page = await client.get(response.header('location')!).loginAs(tenant.owner)
    assert.include(page.text(), project.deployPublicKey!.split(' ')[1])
  })

  test('have short names of their own in their team', async ({ assert, client }) => {
    await create(client)
    const again = await create(client, { domain: 'other.example.com' })
    assert.property(again.flashMessages().inputErrorsBag, 'slug')
    assert.lengthOf(await Project.within(tenant.scope), 1)
  })

  test('have addresses of their own on their server', async ({ assert, client }) => {
    await create(client)
    const again = await create(client, { slug: 'other' })
    assert.property(again.flashMessages().inputErrorsBag, 'domain')
    const otherPort = await create(client, { slug: 'other', listenPort: '8080' })
    assert.notProperty(otherPort.flashMessages(), 'inputErrorsBag')
  })

  test('have local ports of their own on their server', async ({ assert, client }) => {
    for (const name of ['a', 'b', 'c']) {
      await create(client, { slug: name, domain: `${name}.example.com` })
    }
    const ports = (await Placement.within(tenant.scope)).map(({ appPort }) => appPort)
    const pairs = ports.flatMap((port) => [port, port + 1])
    assert.lengthOf(new Set(pairs), 6)
  })

  test('asked for at once are each made or refused', async ({ assert, client }) => {
    const responses = await Promise.all(
      ['a', 'b', 'c', 'a'].map((slug, n) =>
        create(client, { slug, domain: `${slug}-${n}.example.com` })
      )
    )
    for (const response of responses) response.assertStatus(302)
    const projects = await Project.within(tenant.scope)
    assert.sameMembers(
      projects.map(({ slug }) => slug),
      ['a', 'b', 'c']
    )
  })

  test('of a process need a command to start it', async ({ assert, client }) => {
    const response = await create(client, { startCommand: '' })
    assert.property(response.flashMessages().inputErrorsBag, 'startCommand')
    assert.lengthOf(await Project.within(tenant.scope), 0)
  })

  test('of php need a version, and those of a Procfile no command', async ({ assert, client }) => {
    await create(client, { runtime: 'php', startCommand: '' })
    assert.isNull(await Project.within(tenant.scope).first())
    await create(client, { runtime: 'php', startCommand: '', phpVersion: '8.2' })
    const php = await Project.within(tenant.scope).firstOrFail()
    assert.containSubset(php.serialize(), { runtime: 'php', phpVersion: '8.2', phpFiles: 'front' })
    const other = { slug: 'other', domain: 'other.example.com', startCommand: '' }
    await create(client, { ...other, processesFrom: 'procfile' })
    assert.lengthOf(await Project.within(tenant.scope).where('slug', 'other'), 1)
  })

  test('of php have a version to choose, and keep one that nobody offers', async ({
    assert,
    client,
  }) => {
    const project = await createProject(tenant, server, { runtime: 'php', phpVersion: '5.6' })
    const page = await client.get(`/projects/${project.id}/settings`).loginAs(tenant.owner)
    assert.match(page.text(), /<option value="5\.6" selected/)
    assert.match(page.text(), /<option value="8\.4"/)
    const fresh = await client.get('/projects/new').loginAs(tenant.owner)
    assert.match(fresh.text(), /<select[^>]+name="phpVersion"/)
  })

  test('have shared paths, a line each and none inside another', async ({ assert, client }) => {
    for (const paths of ['/etc', '../x', 'a\nb/../c', 'a\na/b', '.', '$(id)']) {
      await create(client, { sharedDirectories: paths })
      assert.isNull(await Project.within(tenant.scope).first(), paths)
    }
    await create(client, {
      sharedDirectories: 'storage/app\r\n\r\nuploads',
      sharedFiles: 'db.sqlite',
    })
    const project = await Project.within(tenant.scope).firstOrFail()
    assert.deepEqual(project.sharedDirectories, ['storage/app', 'uploads'])
    assert.deepEqual(project.sharedFiles, ['db.sqlite'])
  })

  test('are not made on a server nobody confirmed', async ({ assert, client }) => {
    await server.merge({ hostKeys: [] }).save()
    const response = await create(client)
    assert.property(response.flashMessages().inputErrorsBag, 'servers')
    assert.lengthOf(await Project.within(tenant.scope), 0)
  })

  test('are changed, but for their short name and server', async ({ assert, client }) => {
    const project = await createProject(tenant, server)
    const other = await createServer(tenant)
    const before = await Placement.within(tenant.scope).firstOrFail()
    const changes = {
      ...settings,
      name: 'Renamed',
      slug: 'renamed',
      serverId: other.id,
      teamId: 'x',
    }
    const response = await send(client, 'PUT', `/projects/${project.id}`, changes)
    response.assertHeader('location', `/projects/${project.id}/settings`)
    const changed = await Project.within(tenant.scope).firstOrFail()
    assert.equal(changed.name, 'Renamed')
    assert.equal(changed.slug, project.slug)
    assert.equal(changed.teamId, tenant.team.id)
    const [placement, ...more] = await Placement.within(tenant.scope)
    assert.lengthOf(more, 0)
    assert.equal(placement.serverId, server.id)
    assert.equal(placement.appPort, before.appPort)
  })

  test('keep their address for themselves when they are changed', async ({ assert, client }) => {
    const taken = await createProject(tenant, server)
    const project = await createProject(tenant, server)
    const same = await send(client, 'PUT', `/projects/${project.id}`, {
      ...settings,
      domain: project.domain,
    })
    assert.notProperty(same.flashMessages(), 'inputErrorsBag')
    const refused = await send(client, 'PUT', `/projects/${project.id}`, {
      ...settings,
      domain: taken.domain,
    })
    assert.property(refused.flashMessages().inputErrorsBag, 'domain')
  })

  test('are removed by their name', async ({ assert, client }) => {
    const project = await createProject(tenant, server)
    const refused = await send(client, 'DELETE', `/projects/${project.id}`, { confirm: 'Another' })
    assert.property(refused.flashMessages().inputErrorsBag, 'confirm')
    const removed = await send(client, 'DELETE', `/projects/${project.id}`, {
      confirm: project.name,
    })
    removed.assertHeader('location', '/projects')
    assert.lengthOf(await Project.within(tenant.scope), 0)
  })

  test('that were not removed come back with the one question open that was refused', async ({
    assert,
    client,
  }) => {
    const project = await createProject(tenant, server)
    const path = `/projects/${project.id}`
    for (const [id, query] of [
      ['remove', '?leave=nothing'],
      ['forget', ''],
    ]) {
      const refused = await send(client, 'DELETE', path + query, { dialog: id, confirm: 'x' })
      const page = await client
        .get(`${path}/settings`)
        .loginAs(tenant.owner)
        .withFlashMessages(refused.flashMessages())
      const open = [...page.text().matchAll(/<dialog[^>]*>/g)].filter(([tag]) => /\sopen/.test(tag))
      assert.lengthOf(open, 1)
      assert.include(open[0][0], `id="${id}"`)
      assert.equal(page.text().match(/to remove it\./g)?.length, 1)
    }
  })

  test('have variables that are set, set anew and removed', async ({ assert, client }) => {
    const project = await createProject(tenant, server)
    const path = `/projects/${project.id}/variables`
    const value = async () => {
      const variable = await ProjectVariable.within(tenant.scope).where('key', 'API_KEY').first()
      return variable?.value.reveal()
    }
    await send(client, 'POST', path, { key: 'API_KEY', value: 'first\nwith two lines ' })
    assert.equal(await value(), 'first\nwith two lines ')
    await send(client, 'POST', path, { key: 'API_KEY', value: 'second' })
    assert.equal(await value(), 'second')
    await send(client, 'POST', path, { key: 'API_KEY', value: '' })
    assert.equal(await value(), '')
    const page = await client.get(path).loginAs(tenant.owner)
    assert.include(page.text(), 'API_KEY')
    await send(client, 'DELETE', `${path}/API_KEY`)
    assert.isUndefined(await value())
  })

  test('show a variable that is no secret, in its form and in the exported file', async ({
    assert,
    client,
  }) => {
    const project = await createProject(tenant, server)
    const path = `/projects/${project.id}/variables`
    await send(client, 'POST', path, { key: 'GREETING', value: "it's <b>on</b>" })
    await send(client, 'POST', path, { key: 'TOKEN', value: 'hush-hush', isSecret: 'on' })
    for (const key of ['GREETING', 'TOKEN']) {
      const page = await client.get(`${path}?key=${key}`).loginAs(tenant.owner)
      assert.include(page.text(), 'it&#x27;s &lt;b&gt;on&lt;/b&gt;')
      assert.notInclude(page.text(), 'hush-hush')
    }
    const file = await client.get(`${path}/export`).loginAs(tenant.owner)
    file.assertHeader('content-disposition', `attachment; filename="${project.slug}.env"`)
    assert.equal(file.text(), `GREETING="it's <b>on</b>"\n# TOKEN is secret\n`)
  })

  test('take in a file of variables as a whole, or nothing of it', async ({ assert, client }) => {
    const project = await createProject(tenant, server)
    const path = `/projects/${project.id}/variables`
    const stored = async () => {
      const rows = await ProjectVariable.within(tenant.scope).where('project_id', project.id)
      return Object.fromEntries(
        rows.map(({ key, isSecret, value }) => [key, [value.reveal(), isSecret]])
      )
    }
    await send(client, 'POST', path, { key: 'KEPT', value: 'as it was' })
    await send(client, 'POST', path, { key: 'OLD', value: 'x', isSecret: 'on' })
    const refused = await send(client, 'POST', `${path}/import`, { dotenv: 'A=1\nno sign\nB=2' })
    assert.match(flashed(refused).inputErrorsBag.dotenv[0], /^Line 2: /)
    assert.deepEqual(await stored(), { KEPT: ['as it was', false], OLD: ['x', true] })

    const text = '# of the shop\r\nexport OLD=y\r\nNEW="two\r\nlines"\r\n'
    await send(client, 'POST', `${path}/import`, { dotenv: text, isSecret: 'on' })
    assert.deepEqual(await stored(), {
      KEPT: ['as it was', false],
      OLD: ['y', true],
      NEW: ['two\nlines', true],
    })
    await send(client, 'POST', `${path}/import`, { dotenv: 'NEW=1', removesOthers: 'on' })
    assert.deepEqual(await stored(), { NEW: ['1', true] })
    const page = await client.get(path).loginAs(tenant.owner)
    assert.include(page.text(), 'into the variables of')
    assert.include(page.text(), 'OLD, NEW')
  })

  test('pin their git host to the key a person compared', async ({ assert, client }) => {
    const project = await createProject(tenant, server)
    const path = `/projects/${project.id}/git-host`
    const page = await client.get(path).loginAs(tenant.owner)
    assert.include(page.text(), fingerprint(fake.hostKey))
    const before = await databaseSnapshot()
    const other = await send(client, 'POST', path, {
      fingerprint: `SHA256:${'A'.repeat(43)}`,
    })
    assert.property(other.flashMessages().inputErrorsBag, 'fingerprint')
    assert.deepEqual(await databaseSnapshot(), before)
    await send(client, 'POST', path, { fingerprint: fingerprint(fake.hostKey) })
    const gitHost = await GitHost.within(tenant.scope).firstOrFail()
    assert.deepEqual(gitHost.hostKeys, [fake.hostKey])
    assert.equal(gitHost.confirmedBy, tenant.owner.id)
  })
})
