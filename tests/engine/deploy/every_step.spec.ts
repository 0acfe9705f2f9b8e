import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { tell } from '#engine/detached/tell'
import { type DeployKind, type DeployProject } from '#engine/deploy/input'
import { sh } from '#engine/shell/command'
import { DeployStage } from '#tests/engine/deploy/deploy_stage'
import { afterCommand, atEndOf, type Fault } from '#tests/engine/deploy/fault_points'
import { fullProject } from '#tests/engine/deploy/full_project'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { nodeApp } from '#tests/engine/deploy/node_app'
import { RequestLoop } from '#tests/engine/deploy/request_loop'

test.group('Faults at every step', (group) => {
  const stage = new DeployStage()
  group.tap((each) => each.timeout(300_000))
  group.setup(() => stage.open())

  const app = (slug: string) => fullProject(stage, slug)

  const publish = ({ slug }: DeployProject, name: string) =>
    stage.git.publish(slug, nodeApp(name), name)

  const unitsOf = ({ slug }: DeployProject) =>
    stage.host
      .inside([
        ...['sh', '-c', 'cd /etc/systemd/system; md5sum muster-$1-* muster-$1.*', 'sh', slug],
      ])
      .trim()
      .split('\n')

  /** The fault befalls a deployment; then everything is as it was. */
  async function changesNothing(
    assert: { deepEqual: (one: unknown, other: unknown) => void },
    project: DeployProject,
    live: string,
    options: { kind?: DeployKind; releaseId?: string; fault: Fault }
  ) {
    const before = { units: unitsOf(project), releases: stage.releases(project) }
    const loop = new RequestLoop(stage.host.address, project)
    const ended = await stage.deploy(project, options)
    const answers = await loop.stop()
    await assertInvariants(stage, project, live, { answers, bodies: ['one', 'two'] })
    assert.deepEqual({ units: unitsOf(project), releases: stage.releases(project) }, before)
    return ended
  }

  test('D1: a deployment that fails at the end of any step leaves what was live, and nothing else', async ({
    assert,
  }) => {
    const project = app('steps')
    await publish(project, 'one')
    const { releaseId } = await stage.deploy(project)
    await publish(project, 'two')
    const outcomes = {
      ...{ preflight: 'failed', prepare: 'failed', fetch: 'failed', export: 'failed' },
      ...{ shared: 'failed', environment: 'failed', processes: 'failed', build: 'failed' },
      ...{ seal: 'failed', start: 'failed', health: 'failed', before: 'failed' },
      ...{ activate: 'failed', verify: 'rolled_back', workers: 'rolled_back' },
    }
    for (const [step, expected] of Object.entries(outcomes)) {
      const fault = atEndOf(step, sh`exit 9`)
      const { outcome, failed, log } = await changesNothing(assert, project, releaseId, { fault })
      assert.equal(outcome, expected, log)
      assert.containSubset(failed, { step, rc: 9 })
    }
  })

  test('D1: what fails once the release is kept is a warning, and the release is live', async ({
    assert,
  }) => {
    const project = app('warned')
    await publish(project, 'one')
    const steps = ['retire', 'retain', 'after']
    const fault: Fault = (plan) =>
      steps.reduce((changed, step) => atEndOf(step, sh`exit 9`)(changed), plan)
    const { outcome, log, releaseId } = await stage.deploy(project, { fault })
    assert.equal(outcome, 'live', log)
    assert.lengthOf(log.match(/failed with exit code 9; the rest goes on/g) ?? [], 3)
    await assertInvariants(stage, project, releaseId)
  })

  test('D1: rollbacks and restarts that fail at the end of any step leave what was live', async ({
    assert,
  }) => {
    const project = app('others')
    await publish(project, 'one')
    const first = await stage.deploy(project)
    await publish(project, 'two')
    const { releaseId } = await stage.deploy(project)
    const steps = {
      rollback: ['prepare', 'start', 'health', 'activate', 'verify', 'workers'],
      restart: ['processes', 'start', 'health', 'activate', 'verify', 'workers'],
    }
    for (const kind of ['rollback', 'restart'] as const) {
      for (const step of steps[kind]) {
        const { outcome, failed, log } = await changesNothing(assert, project, releaseId, {
          kind,
          releaseId: kind === 'rollback' ? first.releaseId : releaseId,
          fault: atEndOf(step, sh`exit 9`),
        })
        assert.oneOf(outcome, ['failed', 'rolled_back'], log)
        assert.containSubset(failed, { step, rc: 9 })
      }
    }
    const loop = new RequestLoop(stage.host.address, project)
    const back = await stage.deploy(project, { kind: 'rollback', releaseId: first.releaseId })
    const answers = await loop.stop()
    assert.equal(back.outcome, 'live', back.log)
    await assertInvariants(stage, project, first.releaseId, { answers, bodies: ['one', 'two'] })
  })

  test('D21: after a kill at any point of it the next deployment begins at once and no visitor notices', async ({
    assert,
  }) => {
    const project = app('killed')
    const live = 'write /etc/nginx/conf.d/muster-killed.live.conf'
    await publish(project, 'one')
    await stage.deploy(project)
    await publish(project, 'two')
    const kill = sh`kill -KILL $$`
    const points = [
      ...['fetch', 'before', 'retire'].map((step) => atEndOf(step, kill)),
      ...[live, 'swap current', 'systemctl reload'].map((label) =>
        afterCommand('activate', label, kill)
      ),
      afterCommand('workers', 'end the former workers', kill),
    ]
    const loop = new RequestLoop(stage.host.address, project)
    let last = ''
    for (const fault of points) {
      assert.containSubset(await stage.begin(project, { fault }).run.result, { code: 137 })
      const { outcome, releaseId, log } = await stage.deploy(project)
      assert.equal(outcome, 'live', log)
      await assertInvariants(stage, project, releaseId)
      last = releaseId
    }
    const answers = await loop.stop()
    await assertInvariants(stage, project, last, { answers, bodies: ['one', 'two'] })
  })

  test('D21: what a killed deployment switched is put back first even when the next one fails', async ({
    assert,
  }) => {
    const project = app('putback')
    await publish(project, 'one')
    const { releaseId } = await stage.deploy(project)
    await publish(project, 'two')
    const before = unitsOf(project)
    const loop = new RequestLoop(stage.host.address, project)
    for (const [step, label] of [
      ['activate', 'swap current'],
      ['workers', 'end the former workers'],
      ['workers', 'start the new workers'],
    ]) {
      const kill = afterCommand(step, label, sh`kill -KILL $$`)
      assert.containSubset(await stage.begin(project, { fault: kill }).run.result, { code: 137 })
      const { outcome, log } = await stage.deploy(project, { fault: atEndOf('fetch', sh`exit 9`) })
      assert.equal(outcome, 'failed')
      assert.include(log, 'What was live before it is put back first.')
      await assertInvariants(stage, project, releaseId)
      assert.deepEqual(unitsOf(project), before)
      const worker = ['systemctl', 'is-active', 'muster-putback.worker.1']
      assert.equal(stage.host.inside(worker).trim(), 'active')
    }
    const answers = await loop.stop()
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['one', 'two'] })
  })

  test('D1: among several servers, too, a step that fails at its end leaves what was live', async ({
    assert,
  }) => {
    const project = app('together')
    await publish(project, 'one')
    const { releaseId } = await stage.deploy(project)
    await publish(project, 'two')
    const loop = new RequestLoop(stage.host.address, project)
    for (const step of ['ready', 'activate', 'verify', 'workers']) {
      const fault = atEndOf(step, sh`exit 9`)
      const deployment = stage.begin(project, { fault, barriers: true })
      const told = { id: deployment.run.id, fence: 1, word: 'go' } as const
      while (!(await tell(stage.remote, { ...told, barrier: 'ready' }))) await sleep(50)
      const { outcome, failed, log } = await deployment.ended()
      assert.oneOf(outcome, ['stopped', 'failed', 'rolled_back'], log)
      assert.containSubset(failed, { step, rc: 9 })
      await assertInvariants(stage, project, releaseId)
    }
    const answers = await loop.stop()
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['one', 'two'] })
  })
})
