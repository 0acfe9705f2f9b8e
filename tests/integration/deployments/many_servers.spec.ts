import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import CancelDeployment from '#app/deployments/actions/cancel_deployment'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import Release from '#app/deployments/models/release'
import { releasesOnAll } from '#app/deployments/queries/releases_on_all'
import ChangePlacements from '#app/projects/actions/change_placements'
import Placement from '#app/projects/models/placement'
import type Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'
import Run from '#app/runs/models/run'
import { DeployFleet, SERVERS } from '#tests/integration/deployments/deploy_fleet'
import { placesOfDeployment } from '#tests/support/deployments'

test.group('Deployments on many servers', (group) => {
  const stage = new DeployFleet()
  group.tap((each) => each.timeout(150_000))
  group.setup(() => stage.open())
  group.each.setup(() => {
    stage.startMachinery()
    return async () => {
      await stage.stopMachinery()
      for (const name of SERVERS) {
        stage.remove(name, '/etc/broken')
        stage.remove(name, '/etc/sick')
      }
    }
  })

  const live = async (project: Project) =>
    (await Placement.within(stage.scope).where('project_id', project.id).orderBy('id')).map(
      ({ liveReleaseId }) => liveReleaseId
    )

  test('make one release of one commit live on all, without a failed request', async ({
    assert,
  }) => {
    const project = await stage.createProject()
    const first = await stage.deployed(project)
    assert.equal(first.state, 'live', await stage.logs(first))
    assert.deepEqual(await stage.bodies(project), ['one', 'one', 'one'])
    const visitors = stage.visitors(project)
    const commit = await stage.publish(project, 'two')
    const second = await stage.deployed(project)
    assert.equal(second.state, 'live')
    assert.equal(second.phase, 'commit')
    assert.deepEqual(await stage.bodies(project), ['two', 'two', 'two'])
    assert.deepEqual(await live(project), [second.releaseId, second.releaseId, second.releaseId])
    const release = await Release.within(stage.scope).where('id', second.releaseId).firstOrFail()
    assert.equal(release.commit, commit)
    await stage.holds(project, second.releaseId, { visitors, bodies: ['one', 'two'] })
  })

  test('D1: one that fails to build keeps all from switching', async ({ assert }) => {
    const project = await stage.createProject({ buildCommands: 'test ! -e /etc/broken' })
    const first = await stage.deployed(project)
    await stage.publish(project, 'two')
    stage.touch('web-2', '/etc/broken')
    const visitors = stage.visitors(project, ['web-2'])
    const second = await stage.deployed(project)
    assert.equal(second.state, 'failed')
    assert.equal(second.phase, 'stop')
    assert.equal(second.stopReason, 'web-2 failed at “Build”')
    assert.deepEqual(await stage.states(second), ['stopped', 'failed', 'stopped'])
    assert.deepEqual(await stage.bodies(project), ['one', 'one', 'one'])
    assert.deepEqual(await live(project), Array(3).fill(first.releaseId))
    assert.include(await stage.logs(second), 'Stopped because web-2 failed at “Build”.')
    const release = await Release.within(stage.scope).where('id', second.releaseId).firstOrFail()
    assert.equal(release.state, 'bad')
    await stage.holds(project, first.releaseId, { visitors, bodies: ['one'] })
  })

  test('D2: one that fails its verification brings all back to one release', async ({ assert }) => {
    const project = await stage.createProject()
    const first = await stage.deployed(project)
    await stage.publish(project, 'two')
    stage.touch('web-3', '/etc/sick')
    const visitors = stage.visitors(project, ['web-1'])
    const second = await stage.deploy(project)
    await stage.until(second, ({ phase }) => phase === 'revert')
    stage.remove('web-3', '/etc/sick')
    const ended = await stage.ended(second)
    assert.equal(ended.state, 'rolled_back', await stage.logs(ended))
    assert.equal(ended.stopReason, 'web-3 failed at “Verify through nginx”')
    assert.deepEqual(await stage.states(ended), ['rolled_back', 'rolled_back', 'rolled_back'])
    assert.deepEqual(await stage.bodies(project), ['one', 'one', 'one'])
    assert.deepEqual(await live(project), Array(3).fill(first.releaseId))
    await stage.holds(project, first.releaseId, { visitors, bodies: ['one', 'two'] })
  })

  test('all build the commit that the first one found', async ({ assert }) => {
    const project = await stage.createProject()
    const deployment = await stage.deploy(project)
    const { commit } = await stage.commitOf(deployment)
    // Between the first server's fetch and those of the others.
    await stage.publish(project, 'two')
    const ended = await stage.ended(deployment)
    assert.equal(ended.state, 'live', await stage.logs(ended))
    assert.deepEqual(await stage.bodies(project), ['one', 'one', 'one'])
    for (const place of await placesOfDeployment(ended)) {
      const run = await Run.within(stage.scope).where('id', place.runId!).firstOrFail()
      assert.equal(run.results.commit, commit)
    }
  })

  test('cancelled, they end on every server and leave what was live', async ({ assert }) => {
    const project = await stage.createProject({ buildCommands: 'sleep 60' })
    await stage.publish(project, 'two')
    const deployment = await stage.deploy(project)
    await stage.atStep(deployment, 'build', 3)
    await new CancelDeployment().handle(stage.scope.origin, deployment)
    const ended = await stage.ended(deployment)
    assert.equal(ended.state, 'cancelled')
    assert.deepEqual(await stage.states(ended), ['cancelled', 'cancelled', 'cancelled'])
  })

  test('a server that falls silent at the barrier keeps all from switching', async ({ assert }) => {
    const project = await stage.createProject({
      buildCommands: 'if [ -e /etc/broken ]; then sleep 5; fi',
    })
    await stage.deployed(project)
    await stage.publish(project, 'two')
    stage.touch('web-3', '/etc/broken')
    const deployment = await stage.deploy(project)
    await stage.atStep(deployment, 'ready', 2)
    stage.fleet.host('web-3').linkDown()
    const [, , silent] = await placesOfDeployment(deployment)
    await db
      .from('runs')
      .where('id', silent.runId!)
      .update({ unreachable_since: Date.now() - 121_000 })
    const stopped = await stage.until(deployment, ({ phase }) => phase !== 'build')
    assert.equal(stopped.phase, 'stop')
    assert.equal(stopped.stopReason, 'web-3 does not answer')
    stage.fleet.host('web-3').linkUp()
    const ended = await stage.ended(deployment, 120_000)
    assert.equal(ended.state, 'failed')
    assert.deepEqual(await stage.states(ended), ['stopped', 'stopped', 'stopped'])
    assert.deepEqual(await stage.bodies(project), ['one', 'one', 'one'])
  })

  test('a server added later has no release until the next one, and no rollback before', async ({
    assert,
  }) => {
    const project = await stage.createProject({}, ['web-1', 'web-2'])
    const first = await stage.deployed(project)
    assert.equal(first.state, 'live', await stage.logs(first))
    const rollout = { rollout: 'together', rollingBatch: 1, rollingFailure: 'stay' } as const
    await new ChangePlacements().handle(stage.scope.origin, project, {
      ...rollout,
      servers: stage.servers.map(({ id }) => ({ serverId: id, role: 'web' })),
    })
    assert.isTrue((await live(project)).includes(null))
    const kept = async () => {
      const releases = await releasesOnAll(stage.scope, project, await placementsOf(project))
      return releases.map(({ id }) => id)
    }
    assert.deepEqual(await kept(), [])
    await stage.publish(project, 'two')
    const second = await stage.deployed(project)
    await stage.publish(project, 'three')
    const third = await stage.deployed(project)
    assert.deepEqual(await kept(), [third.releaseId, second.releaseId])
    const release = await Release.within(stage.scope).where('id', second.releaseId).firstOrFail()
    const back = await new CreateDeployment().rollBack(causeOf(stage.scope), project, release)
    assert.equal((await stage.ended(back)).state, 'live')
    assert.deepEqual(await stage.bodies(project), ['two', 'two', 'two'])
  })

  test('one after another, they stop at the first that fails, and those done stay', async ({
    assert,
  }) => {
    const project = await stage.createProject({
      rollout: 'rolling',
      buildCommands: 'test ! -e /etc/broken',
    })
    assert.equal((await stage.deployed(project)).state, 'live')
    await stage.publish(project, 'two')
    stage.touch('web-2', '/etc/broken')
    const second = await stage.deployed(project)
    assert.equal(second.state, 'partial')
    assert.equal(second.stopReason, 'web-2 failed at “Build”')
    assert.deepEqual(await stage.states(second), ['live', 'failed', 'skipped'])
    assert.deepEqual(await stage.bodies(project), ['two', 'one', 'one'])
  })

  test('one after another, those done go back when that is what the project wants', async ({
    assert,
  }) => {
    const project = await stage.createProject({
      rollout: 'rolling',
      rollingFailure: 'return',
      buildCommands: 'test ! -e /etc/broken',
    })
    await stage.deployed(project)
    await stage.publish(project, 'two')
    stage.touch('web-3', '/etc/broken')
    const second = await stage.deployed(project)
    assert.equal(second.state, 'rolled_back', await stage.logs(second))
    assert.deepEqual(await stage.states(second), ['rolled_back', 'rolled_back', 'failed'])
    assert.deepEqual(await stage.bodies(project), ['one', 'one', 'one'])
  })
})
