import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import { generateKeyPair } from '#engine/ssh/key_pair'
import Deployment from '#app/deployments/models/deployment'
import GitHost from '#app/projects/models/git_host'
import type Project from '#app/projects/models/project'
import type Server from '#app/servers/models/server'
import type Team from '#app/teams/models/team'
import type { Scope } from '#app/teams/scope'
import type User from '#app/users/models/user'
import { newSecret } from '#app/webhooks/secret_text'
import { requireInvariants } from '#tests/engine/deploy/invariants'
import { PanelVisitor } from '#tests/demo/panel_visitor'
import { createFleet } from '#tests/fleet/fleet'
import { GitServer } from '#tests/fleet/git_server'
import { assertAgreement } from '#tests/integration/deployments/agreement'
import { connectedServer, createOwner } from '#tests/support/fleet_servers'
import type { Panel } from '#tests/support/panel'
import { sharedPanel } from '#tests/support/panel_runs'
import { visit } from '#tests/support/prober'
import { staticSite } from '#tests/support/sample_projects'
import { createProject, createToken, createWebhook, PASSWORD } from '#tests/support/tenants'
import { call, pushOf, type Push } from '#tests/support/webhook_calls'

/*
| Pushes against real servers and a real git server, through two processes of the panel that share
| a database, as behind a load balancer.
*/
test.group('Pushes', (group) => {
  const fleet = createFleet({ image: 'prepared' })
  const key = generateKeyPair('deploy')
  const secret = newSecret()
  const panels: Panel[] = []
  let owner: { user: User; team: Team; scope: Scope }
  let server: Server
  let git: GitServer
  let number = 0

  group.tap((each) => each.timeout(180_000))
  group.setup(async () => {
    await fleet.start(['web-1', 'git-1'])
    await Promise.all(fleet.hosts.map((host) => host.systemState()))
    git = await GitServer.on(fleet.host('git-1'))
    await git.authorize(key.publicKey)
    owner = await createOwner()
    const prepared = { preparedAt: DateTime.utc() }
    server = await connectedServer(owner.scope, fleet.host('web-1'), prepared)
    const { address, hostKey } = fleet.host('git-1')
    const pins = { host: address, port: 22, hostKeys: [hostKey], confirmedBy: null }
    await GitHost.create({ teamId: owner.team.id, ...pins })
    for (let count = 0; count < 2; count++) panels.push(await sharedPanel({ environment: ROLES }))
  })
  group.teardown(async () => {
    for (const panel of panels) await panel.remove()
    await fleet.stop()
  })

  /** A static site with its repository, its webhook and the way a push is told to it. */
  async function site(values: Partial<Project> = {}) {
    const slug = `site-${++number}`
    const project = await createProject({ ...owner, owner: owner.user }, server, {
      ...{ slug, name: slug, runtime: 'static', publicDirectory: 'public' },
      ...{ repositoryUrl: git.url(slug), domain: `${slug}.example.com`, deployKey: key.privateKey },
      ...{ buildCommands: null, startCommand: null, healthPath: '/' },
      ...values,
    })
    requireInvariants(fleet.host('web-1'), slug)
    const webhook = await createWebhook({ ...owner, owner: owner.user }, project, { secret })
    const push = (told: Push, { url } = panels[number % 2]) =>
      call(url, webhook.id, pushOf('github', secret.reveal(), told))
    return { project, slug, webhook, push }
  }

  const deploymentsOf = ({ id }: Project) =>
    Deployment.within(owner.scope)
      .where('project_id', id)
      .preload('release')
      .preload('runs', (places) => places.preload('run'))
      .orderBy('id')

  /** All deployments of a project, once none is open. */
  async function settled(project: Project): Promise<Deployment[]> {
    for (const end = Date.now() + 120_000; Date.now() < end; await sleep(100)) {
      const all = await deploymentsOf(project)
      if (all.length > 0 && !all.some(({ isOpen }) => isOpen)) return all
    }
    throw new Error(JSON.stringify((await deploymentsOf(project)).map(({ state }) => state)))
  }

  const served = async ({ domain }: Project) =>
    (await visit({ address: server.host, port: 80, host: domain })).body

  /** Holds server and records to what has to be so when a deployment's release is the live one. */
  const holds = (project: Project, { releaseId }: Deployment) =>
    assertAgreement(fleet, project, releaseId)

  const states = (all: readonly Deployment[]) => all.map(({ state }) => state)

  test('a push goes live as the very commit that was pushed', async ({ assert }) => {
    const { project, slug, push } = await site()
    const first = await git.publish(slug, staticSite('one'), 'One')
    await git.publish(slug, staticSite('two'), 'Two')
    // The branch is further by now: what was announced is what is deployed.
    assert.equal((await push({ commit: first, message: 'One' })).status, 202)
    const [deployment] = await settled(project)
    assert.equal(deployment.state, 'live')
    assert.equal(deployment.release.commit, first)
    assert.include(await served(project), 'one')
  })

  test('D10: what is on the branch no more fails, and nothing else is deployed', async ({
    assert,
  }) => {
    const { project, slug, push } = await site()
    const first = await git.publish(slug, staticSite('one'), 'One')
    await push({ commit: first })
    await settled(project)
    const announced = await git.publish(slug, staticSite('two'), 'Two')
    await git.removeBranch(slug, 'main')
    const forced = await git.publish(slug, staticSite('forced'), 'Forced')
    await push({ commit: announced })
    const [, refused] = await settled(project)
    assert.equal(refused.state, 'failed')
    assert.equal(refused.release.commit, announced)
    assert.include(JSON.stringify(refused.runs[0].run.failure), 'is not on the branch main')
    assert.include(await served(project), 'one')
    await push({ commit: forced })
    const all = await settled(project)
    assert.equal(all.at(-1)!.state, 'live')
    assert.include(await served(project), 'forced')
    await holds(project, all.at(-1)!)
  })

  test('D7: a page, a push and the API at once leave exactly one active', async ({ assert }) => {
    const { project, slug, push } = await site({ buildCommands: 'sleep 3' })
    const commit = await git.publish(slug, staticSite('one'), 'One')
    const { text } = await createToken(owner.user, owner.team)
    const visitor = new PanelVisitor(panels[0].url)
    await visitor.open('/login')
    const { email } = owner.user
    await visitor.send('/login', { email, password: PASSWORD }, /^\/dashboard$/)
    const path = `/projects/${project.id}`
    await visitor.open(path)
    const api = (panel: Panel) =>
      fetch(`${panel.url}/api/v1${path}/deployments`, {
        method: 'POST',
        headers: { 'authorization': `Bearer ${text}`, 'content-type': 'application/json' },
        body: JSON.stringify({ reason: `By way of ${panel.url}` }),
      })
    let most = 0
    let watching = true
    const watch = (async () => {
      for (; watching; await sleep(5)) {
        const open = (await deploymentsOf(project)).filter(({ isActive }) => isActive)
        most = Math.max(most, open.length)
      }
    })()
    const answers = await Promise.all([
      push({ commit }, panels[0]),
      push({ commit }, panels[1]),
      api(panels[0]),
      api(panels[1]),
      visitor.send(`${path}/deployments`, {}, /\/deployments\/\w+$/),
    ])
    const asked = states(await deploymentsOf(project)).sort()
    const all = await settled(project)
    const ended = states(all).sort()
    watching = false
    await watch
    for (const answer of answers.slice(0, 4)) assert.equal((answer as Response).status, 202)
    assert.deepEqual(asked, ['active', 'superseded', 'superseded', 'superseded', 'waiting'])
    assert.deepEqual(ended, ['live', 'live', 'superseded', 'superseded', 'superseded'])
    assert.equal(most, 1)
    await holds(
      project,
      all.findLast(({ state }) => state === 'live')!
    )
  })

  test('D8: of 20 pushes in 10 seconds the newest ends live by two builds at most', async ({
    assert,
  }) => {
    const { project, slug, push } = await site({ buildCommands: 'sleep 12' })
    const commits: string[] = []
    for (let count = 1; count <= 20; count++) {
      commits.push(await git.publish(slug, staticSite(`push ${count}`), `Push ${count}`))
    }
    for (const [index, commit] of commits.entries()) {
      assert.equal((await push({ commit }, panels[index % 2])).status, 202)
      await sleep(450)
    }
    const all = await settled(project)
    assert.lengthOf(all, 20)
    assert.isAtMost(all.filter(({ runs }) => runs.length > 0).length, 2)
    assert.equal(all.at(-1)!.state, 'live')
    assert.equal(all.at(-1)!.release.commit, commits.at(-1))
    assert.include(await served(project), 'push 20')
    await holds(project, all.at(-1)!)
  })

  test('every push has its turn where the project says so', async ({ assert }) => {
    const { project, slug, push } = await site({ queuePolicy: 'every' })
    const commits: string[] = []
    for (const name of ['one', 'two', 'three', 'four']) {
      commits.push(await git.publish(slug, staticSite(name), name))
      await push({ commit: commits.at(-1)! })
    }
    const all = await settled(project)
    assert.deepEqual(states(all), ['live', 'live', 'live', 'live'])
    assert.deepEqual(
      all.map(({ release }) => release.commit),
      commits
    )
    assert.include(await served(project), 'four')
  })

  test('D9: a delivery that comes five times at once, through two processes, counts once', async ({
    assert,
  }) => {
    const { project, slug, webhook } = await site()
    const commit = await git.publish(slug, staticSite('one'), 'One')
    const wire = pushOf('github', secret.reveal(), { commit })
    const answers = await Promise.all(
      [0, 1, 0, 1, 0].map((panel) => call(panels[panel].url, webhook.id, wire))
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 202])
    const all = await settled(project)
    assert.lengthOf(all, 1)
    await holds(project, all[0])
  })

  test('what waits when all panels are killed begins when one is back', async ({ assert }) => {
    const { project, slug, push } = await site({ buildCommands: 'sleep 4' })
    const first = await git.publish(slug, staticSite('one'), 'One')
    const second = await git.publish(slug, staticSite('two'), 'Two')
    await push({ commit: first })
    await push({ commit: second })
    assert.deepEqual(states(await deploymentsOf(project)), ['active', 'waiting'])
    for (const panel of panels) await panel.kill('SIGKILL')
    await sleep(6_000)
    await panels[0].boot()
    assert.deepEqual(states(await settled(project)), ['live', 'live'])
    assert.include(await served(project), 'two')
    await panels[1].boot()
  })
})

const ROLES = { MUSTER_ROLES: 'web,worker,scheduler' }
