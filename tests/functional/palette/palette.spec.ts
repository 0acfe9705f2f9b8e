import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import { monotonicFactory } from 'ulid'
import Release from '#app/deployments/models/release'
import type { Group } from '#app/palette/entries'
import { pageIcons } from '#app/palette/pages'
import type Project from '#app/projects/models/project'
import { rank, wordsOf } from '#app/palette/words'
import Grant from '#app/teams/models/grant'
import Membership from '#app/teams/models/membership'
import { roles, type Role } from '#app/teams/roles'
import type User from '#app/users/models/user'
import { deploymentBy, runIdOf } from '#tests/support/deployments'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { NUL_PAYLOADS, PAYLOADS } from '#tests/support/payload_corpus'
import {
  createBelongings,
  createMember,
  createProject,
  createRun,
  createScript,
  createServer,
  createTenant,
  someHostKey,
  type Tenant,
} from '#tests/support/tenants'

/** Ids in the order they were asked for, however fast. */
const nextId = monotonicFactory()

/** What the palette answers someone. */
async function ask(client: ApiClient, user: User, q: string): Promise<Group[]> {
  const response = await client
    .get('/palette')
    .qs({ q })
    .accept('application/json')
    .loginAs(user)
    .redirects(0)
  response.assertStatus(200)
  return response.body().groups
}

const entriesOf = (groups: readonly Group[], label?: string) =>
  groups.filter((group) => !label || group.label === label).flatMap(({ entries }) => entries)

const labelsOf = (groups: readonly Group[], label?: string) =>
  entriesOf(groups, label).map((entry) => entry.label)

async function createDeployment(
  tenant: Tenant,
  project: Project,
  values: { commit?: string; commitSubject?: string; state?: 'active' | 'live' | 'waiting' } = {}
) {
  const { commit = null, commitSubject = null, state = 'live' } = values
  const run = await createRun(tenant, project.servers[0], {
    id: nextId(),
    kind: 'deployment',
    title: `Deploy ${project.name}`,
    state: state === 'live' ? 'succeeded' : 'running',
  })
  const teamId = tenant.team.id
  const ids = { teamId, projectId: project.id }
  const release = await Release.create({ ...ids, state: 'good', commit, commitSubject })
  return deploymentBy({
    ...ids,
    id: nextId(),
    releaseId: release.id,
    run,
    state,
    activeProjectId: state === 'active' ? project.id : null,
  })
}

/** A project that can be deployed at once. */
async function createShop(tenant: Tenant, values: Partial<Project> = {}) {
  const server = await createServer(tenant, { name: 'alpha', host: 'alpha.example.com' })
  const project = await createProject(tenant, server, {
    name: 'Shop',
    slug: 'shop',
    domain: 'buy.example.com',
    branch: 'release/next',
    repositoryUrl: 'https://git.example.com/team/app.git',
    ...values,
  })
  await project.load('placements', (placements) => placements.preload('server'))
  return { server, project }
}

test.group('Palette', (group) => {
  let tenant: Tenant

  group.each.setup(async () => {
    tenant = await createTenant()
    return swapServerRemotes()[1]
  })

  test('offers whatever can be done with a server, a project and a run', async ({
    assert,
    client,
  }) => {
    const smiths = await createTenant()
    const server = await createServer(smiths, { name: 'anvil' })
    const liveReleaseId = nextId()
    await createProject(smiths, server, { name: 'Forge', liveReleaseId })
    await createRun(smiths, server, { title: 'Prepare anvil', state: 'running' })
    const wanted = {
      'ping anvil': 'Ping on anvil…',
      'update anvil': 'Update packages on anvil…',
      'restart anvil': 'Restart a service on anvil…',
      'docker anvil': 'Install Docker on anvil…',
      'reboot anvil': 'Reboot anvil…',
      'keys on anvil': 'Keys on anvil',
      'address of anvil': 'Address of anvil',
      'roll forge back': 'Roll Forge back…',
      'what will happen forge': 'See what will happen to Forge',
      'restart forge': 'Processes of Forge',
      'journal forge': 'Processes of Forge',
      'servers of forge': 'Servers of Forge',
      'cancel anvil': 'Cancel Prepare anvil',
    }
    for (const [asked, label] of Object.entries(wanted)) {
      assert.include(labelsOf(await ask(client, smiths.owner, asked)), label, asked)
    }
  })

  test('finds things by what they are called and where they are', async ({ assert, client }) => {
    const { server, project } = await createShop(tenant)
    const deployment = await createDeployment(tenant, project, {
      commit: `abc4567${'0'.repeat(33)}`,
      commitSubject: 'Ändere die Größe der Vorschau',
    })
    const run = await createRun(tenant, server, { title: 'Prepare alpha', state: 'timed_out' })
    const pages = {
      server: `/servers/${server.id}`,
      project: `/projects/${project.id}`,
      deployment: `/projects/${project.id}/deployments/${deployment.id}`,
      run: `/runs/${run.id}`,
    }
    const searches: [text: string, page: keyof typeof pages, group: string][] = [
      ['alph', 'server', 'Servers'],
      ['ALPHA.example', 'server', 'Servers'],
      ['sho', 'project', 'Projects'],
      ['buy.example.com', 'project', 'Projects'],
      ['release/next', 'project', 'Projects'],
      ['example buy', 'project', 'Projects'],
      ['abc4567', 'deployment', 'Deployments'],
      [`abc4567${'0'.repeat(33)}`, 'deployment', 'Deployments'],
      ['deploy shop', 'deployment', 'Deployments'],
      ['änd GRÖ', 'deployment', 'Deployments'],
      ['prepare', 'run', 'Runs'],
      ['roll back SHOP änd', 'deployment', 'Deployments'],
      [server.id, 'server', 'Servers'],
      [project.id, 'project', 'Projects'],
      [deployment.id.toLowerCase(), 'deployment', 'Deployments'],
      [run.id, 'run', 'Runs'],
      [run.id.slice(-8), 'run', 'Runs'],
    ]
    for (const [text, page, label] of searches) {
      const groups = await ask(client, tenant.owner, text)
      const hrefs = entriesOf(groups, label).map((entry) => 'href' in entry && entry.href)
      assert.include(hrefs, pages[page], text)
    }
  })

  test('takes an exact id to that thing before all else', async ({ assert, client }) => {
    const { server, project } = await createShop(tenant)
    const deployment = await createDeployment(tenant, project)
    const runId = await runIdOf(deployment)
    for (const [id, href] of [
      [deployment.id, `/projects/${project.id}/deployments/${deployment.id}`],
      [runId, `/runs/${runId}`],
      [project.id, `/projects/${project.id}`],
      [server.id, `/servers/${server.id}`],
    ]) {
      const [first] = entriesOf(await ask(client, tenant.owner, ` ${id} `))
      assert.propertyVal(first, 'href', href)
    }
  })

  test('finds nothing of another team, not even by its id', async ({ assert, client }) => {
    const theirs = await createBelongings(tenant)
    const stranger = await createTenant()
    const { server, project, run, deployment, release } = theirs
    const texts = [server.name, server.host, project.name, project.domain, run.title]
    const ids = [server.id, project.id, run.id, deployment.id]
    for (const text of ['', ...texts, ...ids, release.commit!.slice(0, 8)]) {
      const found = JSON.stringify(await ask(client, stranger.owner, text))
      for (const id of ids) assert.notInclude(found, id, text)
    }
    const own = JSON.stringify(await ask(client, tenant.owner, server.name))
    assert.include(own, server.id)
  })

  test('finds for restricted members what is granted to them', async ({ assert, client }) => {
    const granted = await createServer(tenant, { name: 'granted-box' })
    const hidden = await createServer(tenant, { name: 'hidden-box' })
    await createProject(tenant, granted, { name: 'Granted site' })
    await createProject(tenant, hidden, { name: 'Hidden site' })
    await createRun(tenant, granted, { title: 'Run on granted' })
    await createRun(tenant, hidden, { title: 'Run on hidden' })
    const member = await createMember(tenant.team, 'deployer')
    const membership = await Membership.query().where('user_id', member.id).firstOrFail()
    await membership.merge({ restricted: true }).save()
    await Grant.create({
      teamId: tenant.team.id,
      membershipId: membership.id,
      serverId: granted.id,
      projectId: null,
    })
    for (const text of ['', 'box', 'site', 'run on', 'deploy']) {
      const found = JSON.stringify(await ask(client, member, text)).toLowerCase()
      assert.notInclude(found, 'hidden', text)
      assert.include(found, 'granted', text)
    }
  })

  test('wants every word of the text', async ({ assert, client }) => {
    await createServer(tenant, { name: 'web one', host: '10.0.0.1' })
    await createServer(tenant, { name: 'web two', host: '10.0.0.2' })
    const names = async (text: string) =>
      labelsOf(await ask(client, tenant.owner, text), 'Servers').sort()
    assert.deepEqual(await names('web'), ['web one', 'web two'])
    assert.deepEqual(await names('two  WEB'), ['web two'])
    assert.deepEqual(await names('web 0.1'), ['web one'])
    assert.deepEqual(await names('web three'), [])
  })

  test('reads no wildcard in what someone typed', async ({ assert, client }) => {
    await createServer(tenant, { name: 'plain', host: '10.0.0.1' })
    await createServer(tenant, { name: 'a%b_c!d\\e', host: '10.0.0.2' })
    const names = async (text: string) => labelsOf(await ask(client, tenant.owner, text), 'Servers')
    for (const text of ['%', '_', '!', '\\', 'a%b', 'b_c', '_c!', '!d\\', 'a%b_c!d\\e']) {
      assert.deepEqual(await names(text), ['a%b_c!d\\e'], text)
    }
    for (const text of ['p%n', 'pl_in', '!p', '\\p', 'a_b', '%%', '__']) {
      assert.deepEqual(await names(text), [], text)
    }
  })

  test('ranks a name, its beginning, a word of it, the rest, then what is new', async ({
    assert,
    client,
  }) => {
    const names = ['shop', 'cheap-shop', 'shopping', 'backshop', 'shop/2', 'my shop', 'workshop']
    for (const name of names) {
      await createServer(tenant, { id: nextId(), name, host: '10.0.0.1' })
    }
    await createServer(tenant, { id: nextId(), name: 'elsewhere', host: 'shop.example.com' })
    const found = labelsOf(await ask(client, tenant.owner, 'shop'), 'Servers')
    assert.deepEqual(found, ['shop', 'shop/2', 'shopping', 'my shop', 'cheap-shop', 'elsewhere'])
    const words = wordsOf('shop')!
    const ranks = found.map((name) => rank(name, words))
    assert.deepEqual(ranks, ranks.toSorted(), 'the database and the panel rank alike')
  })

  test('shows six of a kind, and the group with the best answer first', async ({
    assert,
    client,
  }) => {
    const server = await createServer(tenant, { name: 'zulu', host: '10.0.0.1' })
    for (let number = 0; number < 8; number++) {
      await createServer(tenant, { name: `node-${number}` })
      await createProject(tenant, server, { name: `A node project ${number}` })
    }
    const groups = await ask(client, tenant.owner, 'node')
    assert.equal(groups[0].label, 'Servers')
    for (const { label, entries } of groups) assert.isAtMost(entries.length, 6, label)
    assert.lengthOf(entriesOf(groups, 'Projects'), 6)
  })

  test('without a text shows pages, the projects deployed last, the latest runs', async ({
    assert,
    client,
  }) => {
    const { server, project } = await createShop(tenant)
    const later = await createProject(tenant, server, { name: 'Later' })
    await createProject(tenant, server, { name: 'Never deployed' })
    await later.load('placements', (placements) => placements.preload('server'))
    await createDeployment(tenant, later)
    await createDeployment(tenant, project)
    await createDeployment(tenant, later)
    await createDeployment(tenant, project)
    const groups = await ask(client, tenant.owner, '  ')
    assert.deepEqual(
      groups.map(({ label }) => label),
      ['Pages', 'Projects', 'Recent runs']
    )
    assert.equal(labelsOf(groups, 'Pages')[0], 'Dashboard')
    assert.deepEqual(labelsOf(groups, 'Projects'), ['Shop', 'Later', 'Never deployed'])
    assert.equal(labelsOf(groups, 'Recent runs')[0], 'Deploy Shop')
  })

  test('says of runs and deployments when they were and how they stand', async ({
    assert,
    client,
  }) => {
    const { server } = await createShop(tenant)
    await createRun(tenant, server, { title: 'Old work', state: 'failed' })
    await createServer(tenant, { name: 'old box', status: 'unreachable' })
    const groups = await ask(client, tenant.owner, 'old')
    const [run] = entriesOf(groups, 'Runs')
    assert.deepEqual(run.state, { label: 'Failed', tone: 'danger' })
    assert.isTrue(DateTime.fromISO(run.at!).isValid)
    assert.equal(run.detail, 'alpha')
    const [box] = entriesOf(groups, 'Servers')
    assert.deepEqual(box.state, { label: 'Unreachable', tone: 'danger' })
  })
})

test.group('Actions of the palette', (group) => {
  let tenant: Tenant

  group.each.setup(async () => {
    tenant = await createTenant()
    return swapServerRemotes()[1]
  })

  const actions = async (client: ApiClient, user: User, text: string) =>
    labelsOf(await ask(client, user, text), 'Actions')

  const MANAGING = [
    ...['Deploy Shop', 'Open variables of Shop', 'Settings of Shop'],
    ...['Check shop-box now', 'Run a command on shop-box', 'Terminal on shop-box'],
    'Run Shop cleaning',
  ]

  const OFFERED: Record<Role, string[]> = {
    owner: MANAGING,
    admin: MANAGING,
    deployer: ['Deploy Shop', 'Run Shop cleaning'],
    viewer: [],
  }

  test('are for the role {role} those it may do')
    .with(roles.map((role) => ({ role })))
    .run(async ({ assert, client }, { role }) => {
      await createShop(tenant)
      await createServer(tenant, { name: 'shop-box' })
      await createScript(tenant, { name: 'Shop cleaning' })
      const member = await createMember(tenant.team, role)
      const found = await actions(client, member, 'shop')
      assert.sameMembers(found, OFFERED[role])
      const pages = labelsOf(await ask(client, member, 'new'), 'Pages')
      const manages = role === 'owner' || role === 'admin'
      assert.equal(pages.includes('New project'), manages)
      assert.equal(pages.includes('Add a server'), manages)
      assert.include(await actions(client, member, 'log out'), 'Log out')
    })

  test('and pages that are offered to the role {role} are not refused to it')
    .with(roles.map((role) => ({ role })))
    .run(async ({ assert, client }, { role }) => {
      await createShop(tenant)
      await createServer(tenant, { name: 'bare', preparedAt: null })
      const member = await createMember(tenant.team, role)
      const texts = ['', 'a', 'e', 'o', 's', 'deploy', 'check', 'prepare', 'remove', 'settings']
      const targets = new Map<string, string>()
      for (const text of [...texts, 'variables', 'history', 'shop', 'bare', 'alpha']) {
        for (const entry of entriesOf(await ask(client, member, text))) {
          if ('href' in entry) targets.set(entry.href, 'GET')
          else if ('action' in entry) targets.set(entry.action, entry.method)
        }
      }
      assert.isAbove(targets.size, 5)
      for (const [path, method] of targets) {
        const request = client.request(path, method).accept('text/html').redirects(0)
        const response = await request.loginAs(member).withCsrfToken()
        const expected = method === 'GET' ? 200 : 302
        assert.equal(response.status(), expected, `${method} ${path}`)
      }
    })

  test('and pages of the whole panel are there for administrators alone', async ({
    assert,
    client,
  }) => {
    const texts = ['home', 'host', 'app', 'log', 'new', 'add', 'audit', 'people', 'roles', 'token']
    const more = ['team', 'account', 'change', 'security', 'session', 'mail', 'network', 'general']
    const pages = async (user: User) => {
      const found = new Map<string, string>()
      for (const text of [
        ...texts,
        ...more,
        'retention',
        'panel',
        'usage',
        'diagnosis',
        'recipes',
        'bulk',
        'labels',
      ]) {
        for (const entry of entriesOf(await ask(client, user, text), 'Pages')) {
          if ('href' in entry) found.set(entry.href, entry.label)
        }
      }
      return found
    }
    const ordinary = await pages(tenant.owner)
    await tenant.owner.merge({ administrator: true }).save()
    const all = await pages(tenant.owner)
    assert.lengthOf([...all], pageIcons().length, 'every page is found by a word')
    for (const [path, label] of all) {
      const response = await client.get(path).redirects(0).loginAs(tenant.owner)
      assert.equal(response.status(), 200, path)
      assert.equal(ordinary.has(path), !path.startsWith('/administration'), label)
    }
  })

  test('take someone over to another of their teams', async ({ assert, client }) => {
    const other = await createTenant()
    await Membership.create({ userId: tenant.owner.id, teamId: other.team.id, role: 'viewer' })
    const groups = await ask(client, tenant.owner, `switch ${other.team.name}`)
    const [entry] = entriesOf(groups, 'Actions')
    assert.propertyVal(entry, 'action', `/teams/${other.team.id}/switch`)
    assert.notInclude(JSON.stringify(groups), tenant.team.name)
    assert.isEmpty(await actions(client, other.owner, `switch ${tenant.team.name}`))
  })

  test('name the verb for every thing that answers', async ({ assert, client }) => {
    const { server } = await createShop(tenant)
    await createProject(tenant, server, {
      name: 'Shop two',
      repositoryUrl: 'https://git.example.com/team/app.git',
    })
    assert.deepEqual(await actions(client, tenant.owner, 'deploy shop'), [
      'Deploy Shop',
      'Deploy Shop two',
      'Deployments of Shop',
      'Deployments of Shop two',
    ])
    assert.deepEqual(await actions(client, tenant.owner, 'two vari'), [
      'Open variables of Shop two',
    ])
    assert.deepEqual(await actions(client, tenant.owner, 'check alp'), ['Check alpha now'])
    assert.deepEqual(await actions(client, tenant.owner, 'dark theme'), ['Dark theme'])
    for (const label of ['Open variables of Shop two', 'Settings of Shop', 'Check alpha now']) {
      assert.equal((await actions(client, tenant.owner, label))[0], label)
    }
  })

  test('come last when only a verb was typed', async ({ assert, client }) => {
    const { project } = await createShop(tenant)
    await createDeployment(tenant, project)
    const labels = async (text: string) =>
      (await ask(client, tenant.owner, text)).map(({ label }) => label)
    assert.deepEqual(await labels('deploy'), ['Deployments', 'Actions'])
    assert.deepEqual(await labels('deploy shop'), ['Actions', 'Deployments'])
  })

  test('lead to the page with the question where something is removed', async ({
    assert,
    client,
  }) => {
    const { server, project } = await createShop(tenant)
    const offered = async (text: string) =>
      entriesOf(await ask(client, tenant.owner, text), 'Actions')
    assert.notInclude(JSON.stringify(await offered('shop')), 'Remove')
    assert.deepInclude(
      (await offered('remove shop')).map((entry) => 'href' in entry && entry.href),
      `/projects/${project.id}/settings`
    )
    assert.deepInclude(
      (await offered('remove alpha')).map((entry) => 'href' in entry && entry.href),
      `/servers/${server.id}`
    )
    const all = await ask(client, tenant.owner, 'remove')
    assert.isEmpty(entriesOf(all).filter((entry) => 'action' in entry))
  })

  test('do not offer a deployment that cannot begin', async ({ assert, client }) => {
    const { server, project } = await createShop(tenant)
    const bare = await createServer(tenant, { name: 'bare', preparedAt: null })
    const repositoryUrl = 'https://git.example.com/team/app.git'
    await createProject(tenant, bare, { name: 'Bare shop', repositoryUrl })
    await createProject(tenant, server, {
      name: 'Foreign shop',
      repositoryUrl: 'git@unknown.example.com:team/app.git',
    })
    const deploys = async () =>
      (await actions(client, tenant.owner, 'deploy shop')).filter((label) => /^Deploy /.test(label))
    assert.deepEqual(await deploys(), ['Deploy Shop'])
    // One that is asked for while another is under way waits for it.
    await createDeployment(tenant, project, { state: 'active' })
    assert.deepEqual(await deploys(), ['Deploy Shop'])
  })

  test('offer to cancel deployments that wait, where some do', async ({ assert, client }) => {
    const { project } = await createShop(tenant)
    const cancel = () => actions(client, tenant.owner, 'cancel deployments of shop')
    assert.notInclude(await cancel(), 'Cancel waiting deployments of Shop')
    await createDeployment(tenant, project, { state: 'waiting' })
    assert.include(await cancel(), 'Cancel waiting deployments of Shop')
  })

  test('do not offer to check or to prepare what is not confirmed', async ({ assert, client }) => {
    const unconfirmed = { offeredHostKey: someHostKey(), hostKeys: [], preparedAt: null }
    await createServer(tenant, { name: 'box-new', status: 'unconfirmed', ...unconfirmed })
    await createServer(tenant, { name: 'box-bare', preparedAt: null })
    await createServer(tenant, { name: 'box-ready' })
    assert.deepEqual((await actions(client, tenant.owner, 'check box')).toSorted(), [
      'Check box-bare now',
      'Check box-ready now',
    ])
    assert.deepEqual(await actions(client, tenant.owner, 'prepare box'), ['Prepare box-bare'])
  })
})

test.group('Page of the palette', (group) => {
  let tenant: Tenant

  group.tap((each) => each.timeout(120_000))
  group.each.setup(async () => {
    tenant = await createTenant()
    return swapServerRemotes()[1]
  })

  test('lists as links and forms what the script would list', async ({ assert, client }) => {
    const { project } = await createShop(tenant)
    await createDeployment(tenant, project, { commitSubject: 'Fix <b>it</b>' })
    for (const text of ['', 'shop', 'deploy', 'alpha']) {
      const page = await client.get('/palette').qs({ q: text }).loginAs(tenant.owner)
      page.assertStatus(200)
      const html = page.text().slice(page.text().indexOf('<main'), page.text().indexOf('</main'))
      for (const entry of entriesOf(await ask(client, tenant.owner, text))) {
        if ('href' in entry) assert.include(html, `href="${entry.href}"`, text)
        if ('action' in entry) assert.match(html, new RegExp(`action="${entry.action}"[^]*?_csrf`))
      }
      assert.notInclude(html, '<b>')
    }
  })

  test('answers in the form that was asked for, and is kept by nobody', async ({
    assert,
    client,
  }) => {
    for (const [accept, type] of [
      ['text/html', 'html'],
      ['application/json', 'json'],
    ]) {
      const response = await client.get('/palette').accept(accept).loginAs(tenant.owner)
      assert.include(response.type(), type)
      assert.include(response.header('vary')!.toLowerCase(), 'accept')
      assert.equal(response.header('cache-control'), 'no-store')
    }
  })

  test('takes any text for a search and gives none of it back as markup', async ({
    assert,
    client,
  }) => {
    await createShop(tenant)
    const texts = [...PAYLOADS, ...NUL_PAYLOADS].filter(({ length }) => length < 1024)
    for (const text of [...texts, 'A'.repeat(6000), '"><b id=x>', "'><b id=x>", 'é'.repeat(200)]) {
      const q = text.toWellFormed()
      await ask(client, tenant.owner, q)
      const page = await client.get('/palette').qs({ q }).loginAs(tenant.owner)
      assert.equal(page.status(), 200, q)
      assert.notMatch(page.text(), /<img|<b id|alert\(1\)<|<\/script><script>alert/, q)
    }
    assert.deepEqual(await ask(client, tenant.owner, 'alpha '.repeat(50)), [])
  })

  test('takes what is no text for no text', async ({ assert, client }) => {
    const before = await ask(client, tenant.owner, '')
    for (const query of ['', '?q[]=a', '?q[a]=b', '?q=a&q=b', '?p=a']) {
      const response = await client
        .get(`/palette${query}`)
        .accept('application/json')
        .loginAs(tenant.owner)
      response.assertStatus(200)
      assert.deepEqual(response.body().groups, before, query)
    }
  })
})
