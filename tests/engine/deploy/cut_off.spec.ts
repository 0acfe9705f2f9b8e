import { test } from '@japa/runner'
import { cancel } from '#engine/detached/cancel'
import { explainFailure } from '#engine/deploy/explain_failure'
import { type DeployProject } from '#engine/deploy/input'
import { sh } from '#engine/shell/command'
import { DeployStage } from '#tests/engine/deploy/deploy_stage'
import { atBeginOf, atEndOf } from '#tests/engine/deploy/fault_points'
import { fullProject } from '#tests/engine/deploy/full_project'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { nodeApp } from '#tests/engine/deploy/node_app'
import { RequestLoop } from '#tests/engine/deploy/request_loop'

test.group('Deployments that are cut off', (group) => {
  const stage = new DeployStage()
  group.tap((each) => each.timeout(300_000))
  group.setup(() => stage.open({ name: 'web-1', disk: '900m' }))

  const app = (slug: string, changes: Partial<DeployProject> = {}) =>
    fullProject(stage, slug, changes)

  const publish = ({ slug }: DeployProject, name: string) =>
    stage.git.publish(slug, nodeApp(name), name)

  for (const step of ['fetch', 'build', 'seal', 'start', 'activate', 'workers']) {
    test(`D5: a disk that is full from the step ${step} on changes nothing that is live`, async ({
      assert,
    }) => {
      const project = app(`full-${step}`)
      await publish(project, 'one')
      const { releaseId } = await stage.deploy(project)
      await publish(project, 'two')
      const fill = sh`cat /dev/zero > /var/tmp/filler 2>/dev/null || true`
      const loop = new RequestLoop(stage.host.address, project)
      const making = { ...project, buildCommands: 'head -c 100000 /dev/zero > made' }
      const deployment = stage.begin(making, { fault: atBeginOf(step, fill) })
      assert.containSubset(await deployment.run.result, { state: 'finished' })
      stage.host.inside(['rm', '/var/tmp/filler'])
      const { outcome, failed, log } = await deployment.ended()
      const answers = await loop.stop()
      assert.oneOf(outcome, ['failed', 'rolled_back'], log)
      const told = explainFailure({ step: failed!.step, rc: failed!.rc, tail: log })
      assert.equal(told.reason, 'The server’s disk is full.', log)
      assert.include(log, 'There is no room left on /.')
      await assertInvariants(stage, project, releaseId, { answers, bodies: ['one', 'two'] })
    })
  }

  test('what is cancelled or late before it is kept changes nothing', async ({ assert }) => {
    const project = app('before')
    await publish(project, 'one')
    const { releaseId } = await stage.deploy(project)
    await publish(project, 'two')
    const wait = sh`printf 'here\\n'
sleep 300`
    for (const step of ['export', 'build', 'health', 'before']) {
      const deployment = stage.begin(project, { fault: atEndOf(step, wait) })
      await deployment.run.shows('here\n')
      const { left } = await cancel(stage.remote, { id: deployment.run.id, graceSeconds: 5 })
      assert.equal(left, 0)
      const { outcome, log } = await deployment.ended()
      assert.equal(outcome, 'cancelled', log)
      await assertInvariants(stage, project, releaseId)
    }
    const late = await stage.deploy(project, { fault: atEndOf('build', wait), deadlineSeconds: 4 })
    assert.equal(late.outcome, 'timed_out')
    await assertInvariants(stage, project, releaseId)
    assert.deepEqual(stage.releases(project), [releaseId])
  })

  test('what is cancelled or late once it is kept is told as live, and is served', async ({
    assert,
  }) => {
    const project = app('after', { processes: [], afterSwitch: 'echo there; sleep 300' })
    await publish(project, 'one')
    const began = performance.now()
    const first = stage.begin(project)
    await first.run.shows('there\n')
    const seconds = (performance.now() - began) / 1000
    const { left } = await cancel(stage.remote, { id: first.run.id, graceSeconds: 5 })
    assert.equal(left, 0)
    const cancelled = await first.ended()
    assert.equal(cancelled.outcome, 'live', cancelled.log)
    await assertInvariants(stage, project, cancelled.releaseId)

    await publish(project, 'two')
    const deadlineSeconds = Math.ceil(seconds * 3) + 5
    const late = await stage.deploy(project, { deadlineSeconds })
    assert.equal(late.outcome, 'live', late.log)
    assert.include(late.log, 'The deadline has passed.')
    await assertInvariants(stage, project, late.releaseId)
    assert.equal(await stage.body(project), 'two')
  })
})
