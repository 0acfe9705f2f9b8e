import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import { claimDeployment, releaseDeployment } from '#app/deployments/coordinator_claims'
import { coordinate } from '#app/deployments/coordinate'
import type { DeploymentInput } from '#app/deployments/deployment_run'
import { streamDeployment } from '#app/deployments/deployment_stream'
import { planOf } from '#app/deployments/plan_of'
import { settleDeployment } from '#app/deployments/settle_deployment'
import type { ScopeWatch } from '#app/teams/scope_watch'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import type Project from '#app/projects/models/project'
import { claim } from '#app/runs/claims'
import Run from '#app/runs/models/run'
import type { RunEnd } from '#app/runs/run_handler'
import { endRun, type EndFacts } from '#app/runs/worker/end_run'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import Grant from '#app/teams/models/grant'
import Membership from '#app/teams/models/membership'
import { FakeRemote } from '#engine/testing/fake_remote'
import { placesOfDeployment } from '#tests/support/deployments'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import {
  createMember,
  createProject,
  createServer,
  createTenant,
  placeOn,
  type Tenant,
} from '#tests/support/tenants'

const SHA = 'c'.repeat(40)

/** Servers that say whether their run waits, and what it was told. */
class WaitingRemotes extends ServerRemotes {
  readonly told: string[] = []
  readonly silent = new Set<string>()

  override of(server: Server) {
    return new FakeRemote(server.name).on(/muster-tell/, ({ described }) => {
      if (this.silent.has(server.name)) return { code: 255 }
      const [, barrier, word] = /'?(ready|commit)'? '?(go|stop|-)'?/.exec(described) ?? []
      if (word !== '-') this.told.push(`${server.name} ${barrier} ${word}`)
      return { code: 0, stderr: `muster-run: told waits=yes word=${word}\n` }
    })
  }
}

test.group('Deployments on many servers', (group) => {
  let tenant: Tenant
  let servers: Server[]
  let project: Project
  let remotes: WaitingRemotes

  group.each.setup(async () => {
    tenant = await createTenant()
    servers = []
    for (const name of ['web-1', 'web-2', 'web-3']) {
      servers.push(await createServer(tenant, { name }))
    }
    project = await createProject(tenant, servers[0])
    for (const server of servers.slice(1)) await placeOn(project, server)
    remotes = new WaitingRemotes()
    return swapServerRemotes()[1]
  })

  const deploy = () => new CreateDeployment().deploy(causeOf(tenant.scope), project)
  const row = ({ id }: Deployment) => Deployment.within(tenant.scope).where('id', id).firstOrFail()
  const states = async (deployment: Deployment) =>
    (await placesOfDeployment(deployment)).map(({ state }) => state)

  /** One look, as a coordinator has it. */
  async function look(deployment: Deployment) {
    const held = await claimDeployment(deployment.id)
    if (!held) return
    await coordinate(held, remotes)
    await releaseDeployment(held)
  }

  /** The first server says which commit it found, and the others begin. */
  async function findCommit(deployment: Deployment) {
    const [{ runId }] = await placesOfDeployment(deployment)
    const results = JSON.stringify({ commit: SHA, author: 'A', subject: 'S' })
    await db.from('runs').where('id', runId!).update({ results })
    await look(deployment)
  }

  async function arrive(deployment: Deployment, barrier: 'ready' | 'commit', except?: number) {
    for (const { runId, position } of await placesOfDeployment(deployment)) {
      await db.from('run_steps').where('run_id', runId!).delete()
      if (position === except) continue
      const step = { run_id: runId, position: 0, name: barrier, title: 'Wait', state: 'running' }
      await db.table('run_steps').insert(step)
    }
  }

  async function settle(
    deployment: Deployment,
    position: number,
    facts: Pick<RunEnd, 'state' | 'outcome'>
  ) {
    const place = (await placesOfDeployment(deployment))[position]
    const run = await Run.within(tenant.scope).where('id', place.runId!).firstOrFail()
    const rest = { exitCode: 1, failedStep: null, failedCommand: null, tail: '', results: {} }
    await db.transaction((trx) => settleDeployment(run, { ...rest, ...facts }, trx))
  }

  async function end(deployment: Deployment, position: number, facts: EndFacts) {
    const place = (await placesOfDeployment(deployment))[position]
    const [run] = await claim([place.runId!])
    await endRun(run, null, facts)
  }

  const succeeded = { state: 'succeeded', exitCode: 0 } as const
  const failed = { state: 'failed', exitCode: 1 } as const

  test('begin on the first, and on the others with its commit', async ({ assert }) => {
    const deployment = await deploy()
    assert.deepEqual(await states(deployment), ['running', 'waiting', 'waiting'])
    await look(deployment)
    assert.deepEqual(await states(deployment), ['running', 'waiting', 'waiting'])
    await findCommit(deployment)
    assert.deepEqual(await states(deployment), ['running', 'running', 'running'])
    const release = await Release.within(tenant.scope)
      .where('id', deployment.releaseId)
      .firstOrFail()
    assert.equal(release.commit, SHA)
  })

  test('send all on their way when each said that it waits', async ({ assert }) => {
    const deployment = await deploy()
    await findCommit(deployment)
    await arrive(deployment, 'ready')
    remotes.silent.add('web-3')
    await look(deployment)
    assert.equal((await row(deployment)).phase, 'build')
    assert.deepEqual(remotes.told, [])
    remotes.silent.clear()
    await look(deployment)
    assert.equal((await row(deployment)).phase, 'switch')
    assert.sameMembers(remotes.told.splice(0), [
      'web-1 ready go',
      'web-2 ready go',
      'web-3 ready go',
    ])
    await look(deployment)
    assert.deepEqual(remotes.told, [])
    await arrive(deployment, 'commit')
    await look(deployment)
    assert.equal((await row(deployment)).phase, 'commit')
    for (const position of [0, 1, 2]) await end(deployment, position, succeeded)
    const ended = await row(deployment)
    assert.equal(ended.state, 'live')
    assert.isNull(ended.activeProjectId)
    const live = await db.from('placements').where('project_id', project.id)
    for (const placement of live) assert.equal(placement.live_release_id, deployment.releaseId)
  })

  test('whose servers end at once end once', async ({ assert }) => {
    const deployment = await deploy()
    await findCommit(deployment)
    await db.from('deployments').where('id', deployment.id).update({ phase: 'commit' })
    await Promise.all([0, 1, 2].map((position) => end(deployment, position, succeeded)))
    assert.equal((await row(deployment)).state, 'live')
    const acts = await db.from('activities').where('action', 'deployment.live')
    assert.lengthOf(
      acts.filter(({ subject_id: id }) => id === deployment.id),
      1
    )
  })

  test('that are cancelled or late after they were told to keep the release are live', async ({
    assert,
  }) => {
    const deployment = await deploy()
    await findCommit(deployment)
    await db.from('deployments').where('id', deployment.id).update({ phase: 'commit' })
    const ends: Pick<RunEnd, 'state' | 'outcome'>[] = [
      { state: 'succeeded', outcome: 'live' },
      { state: 'cancelled', outcome: 'live' },
      { state: 'timed_out', outcome: 'live' },
    ]
    for (const [position, facts] of ends.entries()) await settle(deployment, position, facts)
    assert.deepEqual(await states(deployment), ['live', 'live', 'live'])
    const ended = await row(deployment)
    assert.equal(ended.state, 'live')
    const placements = await db.from('placements').where('project_id', project.id)
    for (const placement of placements) {
      assert.equal(placement.live_release_id, deployment.releaseId)
    }
    await project.refresh()
    assert.equal(project.liveReleaseId, deployment.releaseId)
  })

  test('that are cancelled or late before that are not', async ({ assert }) => {
    const deployment = await deploy()
    await findCommit(deployment)
    await settle(deployment, 0, { state: 'cancelled', outcome: 'cancelled' })
    await settle(deployment, 1, { state: 'timed_out', outcome: 'timed_out' })
    await settle(deployment, 2, { state: 'cancelled', outcome: null })
    assert.deepEqual(await states(deployment), ['cancelled', 'failed', 'cancelled'])
    await project.refresh()
    assert.isNull(project.liveReleaseId)
  })

  test('have the duties that were agreed when they began, whatever servers are called since', async ({
    assert,
  }) => {
    await project.merge({ repositoryUrl: 'https://git.example.com/team/app.git' }).save()
    const deployment = await deploy()
    await findCommit(deployment)
    const leads = async () => {
      const places = await placesOfDeployment(deployment)
      const plans = places.map(async ({ runId }) => {
        const run = await Run.within(tenant.scope).where('id', runId!).firstOrFail()
        const plan = await planOf(run, run.input as DeploymentInput)
        return plan.steps.some(({ name }) => name === 'before')
      })
      return Promise.all(plans)
    }
    await project.merge({ beforeSwitch: 'migrate' }).save()
    assert.deepEqual(await leads(), [true, false, false])
    await servers[0].merge({ name: 'zebra' }).save()
    assert.deepEqual(await leads(), [true, false, false])
    await db
      .from('placements')
      .where({ project_id: project.id, server_id: servers[1].id })
      .update({ role: 'worker', app_port: 29_000 })
    assert.deepEqual(await leads(), [true, false, false])
    const [, second] = await placesOfDeployment(deployment)
    const run = await Run.within(tenant.scope).where('id', second.runId!).firstOrFail()
    const names = (await planOf(run, run.input as DeploymentInput)).steps.map(({ name }) => name)
    assert.include(names, 'activate', 'it still answers visitors')
  })

  test('are heard as they go on, until they ended', async ({ assert }) => {
    const deployment = await deploy()
    const events = streamDeployment(
      { isDue: false, current: async () => tenant.scope } as unknown as ScopeWatch,
      deployment.id,
      AbortSignal.timeout(20_000)
    )
    const next = async () => {
      const { value, done } = await events.next()
      return done ? null : String(value)
    }
    assert.include(await next(), '"label":"Waiting"')
    await findCommit(deployment)
    let heard = await next()
    assert.notInclude(heard, '"label":"Waiting"')
    for (const position of [1, 0, 2]) await end(deployment, position, failed)
    while (heard !== null && !heard.startsWith('event: end')) heard = await next()
    assert.equal(heard, 'event: end\ndata: {}\n\n')
    assert.isNull(await next())
  })

  test('differ by server only where one that failed does not say that it undid all', async ({
    assert,
  }) => {
    const ends: [Record<string, string | null>, string][] = [
      [{ outcome: 'failed', results: '{}' }, 'rolled_back'],
      [{ outcome: 'failed', results: '{"not_undone":"activate"}' }, 'partial'],
      [{ outcome: null, results: '{}' }, 'partial'],
    ]
    for (const [said, state] of ends) {
      const deployment = await deploy()
      await findCommit(deployment)
      await arrive(deployment, 'ready')
      await look(deployment)
      const rows = db.from('deployment_runs').where('deployment_id', deployment.id)
      await rows.update({ former_release_id: deployment.releaseId })
      const [{ runId }] = await placesOfDeployment(deployment)
      await db.from('runs').where('id', runId!).update(said)
      await settle(deployment, 0, { state: 'failed', outcome: said.outcome })
      await look(deployment)
      for (const position of [1, 2]) {
        await settle(deployment, position, { state: 'failed', outcome: 'rolled_back' })
      }
      const ended = await row(deployment)
      assert.equal(ended.state, state, JSON.stringify(said))
      assert.equal(ended.critical, state === 'partial')
    }
  })

  test('tell a server that was silent as soon as it answers', async ({ assert }) => {
    const deployment = await deploy()
    await findCommit(deployment)
    await end(deployment, 1, failed)
    remotes.silent.add('web-3')
    await look(deployment)
    assert.deepEqual(remotes.told, ['web-1 ready stop'])
    remotes.silent.clear()
    await look(deployment)
    assert.deepEqual(remotes.told, ['web-1 ready stop', 'web-3 ready stop'])
  })

  test('of processes that look at once exactly one has it, and a former one decides nothing', async ({
    assert,
  }) => {
    const deployment = await deploy()
    await findCommit(deployment)
    await arrive(deployment, 'ready')
    const claims = await Promise.all([1, 2, 3, 4].map(() => claimDeployment(deployment.id)))
    const [held, ...others] = claims.filter((claimed) => claimed !== null)
    assert.lengthOf(others, 0)
    await db.from('deployments').where('id', deployment.id).update({ lease_until: 0 })
    const next = await claimDeployment(deployment.id)
    assert.equal(next!.fence, held.fence + 1)
    await coordinate(held, remotes)
    assert.equal((await row(deployment)).phase, 'build')
    assert.deepEqual(remotes.told, [])
    await releaseDeployment(held)
    assert.isNull(await claimDeployment(deployment.id))
    await coordinate(next!, remotes)
    assert.equal((await row(deployment)).phase, 'switch')
  })

  test('that failed on one say so, and why, on their page and to programs', async ({
    assert,
    client,
  }) => {
    const deployment = await deploy()
    await findCommit(deployment)
    await end(deployment, 1, failed)
    const page = await client
      .get(`/projects/${project.id}/deployments/${deployment.id}`)
      .loginAs(tenant.owner)
    page.assertStatus(200)
    page.assertTextIncludes('Stopped because web-2 could not be reached.')
    for (const { name } of servers) page.assertTextIncludes(name)
    const stopped = await row(deployment)
    assert.equal(stopped.phase, 'stop')
    assert.isTrue(stopped.isOpen)
    for (const position of [0, 2]) await end(deployment, position, failed)
    assert.equal((await row(deployment)).state, 'failed')
  })

  test('on servers that end with different releases say which serves what', async ({
    assert,
    client,
  }) => {
    await project.merge({ rollout: 'rolling' }).save()
    const deployment = await deploy()
    await end(deployment, 0, succeeded)
    assert.deepEqual(await states(deployment), ['live', 'waiting', 'waiting'])
    await findCommit(deployment)
    await end(deployment, 1, failed)
    assert.deepEqual(await states(deployment), ['live', 'failed', 'skipped'])
    const ended = await row(deployment)
    assert.equal(ended.state, 'partial')
    const path = `/projects/${project.id}/deployments/${deployment.id}`
    const page = await client.get(path).loginAs(tenant.owner)
    page.assertTextIncludes('The servers do not serve the same release')
    page.assertTextIncludes('this release')
    page.assertTextIncludes('Nothing, as before')
    const overview = await client.get(`/projects/${project.id}`).loginAs(tenant.owner)
    overview.assertStatus(200)
  })

  test('are cancelled on every server, once, and not after all were told to keep the release', async ({
    assert,
    client,
  }) => {
    const cancel = (deployment: Deployment, as = tenant.owner) =>
      cancelled(client, project, deployment, as)
    const deployment = await deploy()
    await findCommit(deployment)
    await cancel(deployment)
    await cancel(deployment)
    const asked = await row(deployment)
    assert.equal(asked.phase, 'stop')
    assert.isNotNull(asked.cancelRequestedAt)
    const runs = await db.from('runs').where('project_id', project.id)
    for (const run of runs) assert.isNotNull(run.cancel_requested_at)
    const acts = await db.from('activities').where('action', 'deployment.cancel_asked')
    assert.lengthOf(
      acts.filter(({ subject_id: id }) => id === deployment.id),
      1
    )
    for (const position of [0, 1, 2]) await end(deployment, position, { state: 'cancelled' })
    assert.equal((await row(deployment)).state, 'cancelled')

    const kept = await deploy()
    await db.from('deployments').where('id', kept.id).update({ phase: 'commit' })
    await cancel(kept)
    assert.isNull((await row(kept)).cancelRequestedAt)
  })

  test('show who sees one server the deployment, and the log of that one alone', async ({
    assert,
    client,
  }) => {
    const deployment = await deploy()
    await findCommit(deployment)
    const [, place] = await placesOfDeployment(deployment)
    const user = await createMember(tenant.team, 'viewer', true)
    const { id: membershipId } = await Membership.within(tenant.scope)
      .where('user_id', user.id)
      .firstOrFail()
    await Grant.create({
      ...{ teamId: tenant.team.id, membershipId },
      ...{ serverId: servers[1].id, projectId: null },
    })
    const path = `/projects/${project.id}/deployments/${deployment.id}`
    const page = await client.get(path).loginAs(user)
    page.assertStatus(200)
    assert.include(page.text(), `/runs/${place.runId}/`)
    for (const { runId } of await placesOfDeployment(deployment)) {
      if (runId !== place.runId) assert.notInclude(page.text(), `/runs/${runId}/`)
    }
  })
})

function cancelled(client: ApiClient, project: Project, deployment: Deployment, as: any) {
  return client
    .post(`/projects/${project.id}/deployments/${deployment.id}/cancel`)
    .redirects(0)
    .accept('text/html')
    .loginAs(as)
    .withCsrfToken()
}
