import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { ulid } from 'ulid'
import { cancel } from '#engine/detached/cancel'
import { tell } from '#engine/detached/tell'
import { markedProcesses } from '#tests/engine/detached/run_of'
import { DeployStage, type DeploymentUnderWay } from '#tests/engine/deploy/deploy_stage'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { nodeApp } from '#tests/engine/deploy/node_app'
import { RequestLoop } from '#tests/engine/deploy/request_loop'

const SERVERS = ['web-1', 'web-2', 'web-3']

test.group('Servers that wait for each other', (group) => {
  const stage = new DeployStage()
  group.setup(() => stage.open({ name: 'web-1' }, ['web-2', 'web-3']))

  const app = (slug: string, changes = {}) =>
    stage.project({ slug, runtime: 'process', startCommand: 'node server.js', ...changes })

  /** One release, begun on each server. */
  function beginOnAll(project: ReturnType<typeof app>, releaseId = ulid()) {
    return SERVERS.map((on) => stage.begin(project, { on, releaseId, barriers: true }))
  }

  const say = (
    { run }: DeploymentUnderWay,
    on: string,
    barrier: 'ready' | 'commit',
    word?: 'go' | 'stop',
    fence = 1,
    reason?: string
  ) => tell(stage.remoteOf(on), { id: run.id, fence, barrier, word, reason })

  async function allWait(runs: DeploymentUnderWay[], barrier: 'ready' | 'commit') {
    for (const [index, run] of runs.entries()) {
      for (const end = Date.now() + 60_000; ; await sleep(50)) {
        if ((await say(run, SERVERS[index], barrier))?.isWaiting) break
        if (Date.now() > end) throw new Error(`${SERVERS[index]} is not there:\n${run.run.log}`)
      }
    }
  }

  const goOn = (
    runs: DeploymentUnderWay[],
    barrier: 'ready' | 'commit',
    word: 'go' | 'stop' = 'go'
  ) => Promise.all(runs.map((run, index) => say(run, SERVERS[index], barrier, word)))

  const outcomes = async (runs: DeploymentUnderWay[]) =>
    (await Promise.all(runs.map((run) => run.ended()))).map(({ outcome }) => outcome)

  /** Makes one release live on all servers, with every go. */
  async function liveOnAll(project: ReturnType<typeof app>): Promise<string> {
    const runs = beginOnAll(project)
    await allWait(runs, 'ready')
    await goOn(runs, 'ready')
    await allWait(runs, 'commit')
    await goOn(runs, 'commit')
    await outcomes(runs)
    return runs[0].releaseId
  }

  const visitAll = (project: ReturnType<typeof app>) =>
    SERVERS.map((on) => new RequestLoop(stage.fleet.host(on).address, project))

  /** Holds every server to what has to be so, and its visitors to the bodies named. */
  async function assertOnAll(
    project: ReturnType<typeof app>,
    releaseId: string,
    { loops, bodies }: { loops: RequestLoop[]; bodies: string[] }
  ) {
    for (const [index, on] of SERVERS.entries()) {
      const answers = await loops[index].stop()
      const host = stage.fleet.host(on)
      await assertInvariants({ host }, project, releaseId, { answers, bodies })
    }
  }

  const bodies = (project: ReturnType<typeof app>) =>
    Promise.all(SERVERS.map(async (on) => (await stage.visit(project, '/', on)).body))

  test('D1: all switch after all are ready, and keep what was live until all serve the release', async ({
    assert,
  }) => {
    const project = app('fleet')
    await stage.git.publish('fleet', nodeApp('one'), 'one')
    await liveOnAll(project)
    const loops = visitAll(project)
    await stage.git.publish('fleet', nodeApp('two'), 'two')
    const runs = beginOnAll(project)
    await allWait(runs, 'ready')
    assert.deepEqual(await bodies(project), ['one', 'one', 'one'])
    await goOn(runs, 'ready')
    await allWait(runs, 'commit')
    assert.deepEqual(await bodies(project), ['two', 'two', 'two'])
    const units = stage.host.inside(['sh', '-c', 'ls /etc/systemd/system/muster-fleet-*.service'])
    assert.lengthOf(units.trim().split('\n'), 2)
    await goOn(runs, 'commit')
    assert.deepEqual(await outcomes(runs), ['live', 'live', 'live'])
    await assertOnAll(project, runs[0].releaseId, { loops, bodies: ['one', 'two'] })
  })

  test('stopped at the first barrier, they change nothing and leave nothing', async ({
    assert,
  }) => {
    const project = app('stopped')
    await stage.git.publish('stopped', nodeApp('one'), 'one')
    const live = await liveOnAll(project)
    await stage.git.publish('stopped', nodeApp('two'), 'two')
    const loops = visitAll(project)
    const runs = beginOnAll(project)
    await allWait(runs, 'ready')
    await say(runs[0], 'web-1', 'ready', 'stop', 1, 'web-9 failed at “Build”')
    await goOn(runs, 'ready', 'stop')
    const ended = await Promise.all(runs.map((run) => run.ended()))
    assert.deepEqual(
      ended.map(({ outcome }) => outcome),
      ['stopped', 'stopped', 'stopped']
    )
    assert.include(ended[0].log, 'Stopped because web-9 failed at “Build”.')
    await assertOnAll(project, live, { loops, bodies: ['one'] })
    for (const [index, run] of runs.entries()) {
      const host = stage.fleet.host(SERVERS[index])
      assert.equal(markedProcesses(host, run.run.id), 0)
      const left = host.inside(['sh', '-c', 'ls /srv/muster/stopped/releases'])
      assert.notInclude(left, run.releaseId)
    }
  })

  test('stopped after the switch, they go back without a failed request', async ({ assert }) => {
    const project = app('back')
    await stage.git.publish('back', nodeApp('one'), 'one')
    const live = await liveOnAll(project)
    await stage.git.publish('back', nodeApp('two'), 'two')
    const loops = visitAll(project)
    const runs = beginOnAll(project)
    await allWait(runs, 'ready')
    await goOn(runs, 'ready')
    await allWait(runs, 'commit')
    await goOn(runs, 'commit', 'stop')
    assert.deepEqual(await outcomes(runs), ['rolled_back', 'rolled_back', 'rolled_back'])
    assert.deepEqual(await bodies(project), ['one', 'one', 'one'])
    await assertOnAll(project, live, { loops, bodies: ['one', 'two'] })
  })

  test('the first word stays, and a lower fence has none', async ({ assert }) => {
    const project = app('words')
    await stage.git.publish('words', nodeApp('one'), 'one')
    const [run] = [stage.begin(project, { barriers: true })]
    await allWait([run], 'ready')
    assert.isNull(await say(run, 'web-1', 'ready', 'go', 0))
    assert.deepEqual(await say(run, 'web-1', 'ready'), { isWaiting: true, told: null })
    const words = ['stop', 'go', 'stop', 'go'] as const
    const answers = await Promise.all(words.map((word) => say(run, 'web-1', 'ready', word)))
    const told = new Set(answers.map((answer) => answer?.told))
    assert.lengthOf(told, 1)
    if (told.has('go')) {
      await allWait([run], 'commit')
      await say(run, 'web-1', 'commit', 'stop')
    }
    // Nothing was live before: there is nothing to go back to.
    assert.equal((await run.ended()).outcome, 'stopped')
    await assertInvariants(stage, project, null)
    assert.deepEqual(await tell(stage.remote, { id: ulid(), fence: 1, barrier: 'ready' }), null)
  })

  test('cancelled at either barrier, a server takes back what it did', async ({ assert }) => {
    const project = app('cancelled')
    await stage.git.publish('cancelled', nodeApp('one'), 'one')
    const { releaseId } = await stage.deploy(project)
    for (const barrier of ['ready', 'commit'] as const) {
      const run = stage.begin(project, { barriers: true })
      await allWait([run], 'ready')
      if (barrier === 'commit') {
        await say(run, 'web-1', 'ready', 'go')
        await allWait([run], 'commit')
      }
      const { left } = await cancel(stage.remote, { id: run.run.id })
      assert.equal(left, 0)
      assert.equal((await run.ended()).outcome, 'cancelled')
      await assertInvariants(stage, project, releaseId)
    }
  })

  test('one that only works gets every release, and no site and no web process', async ({
    assert,
  }) => {
    const project = app('works', { buildCommands: 'echo built > built' })
    const host = stage.fleet.host('web-2')
    const at = (path: string) => host.inside(['sh', '-c', `readlink ${path} 2>/dev/null || true`])
    await stage.git.publish('works', nodeApp('one'), 'one')
    const options = { on: 'web-2', role: 'worker' as const }
    const first = await stage.deploy(project, options)
    assert.equal(first.outcome, 'live')
    assert.equal(at('/srv/muster/works/current').trim(), `releases/${first.releaseId}`)
    const run = stage.begin(project, { ...options, barriers: true })
    const waits = async (barrier: 'ready' | 'commit') => {
      while (!(await say(run, 'web-2', barrier))?.isWaiting) await sleep(50)
    }
    await waits('ready')
    await say(run, 'web-2', 'ready', 'go')
    await waits('commit')
    assert.equal(at('/srv/muster/works/current').trim(), `releases/${run.releaseId}`)
    await say(run, 'web-2', 'commit', 'stop')
    assert.equal((await run.ended()).outcome, 'rolled_back')
    assert.equal(at('/srv/muster/works/current').trim(), `releases/${first.releaseId}`)
    const made = host.inside([
      'sh',
      '-c',
      'ls /etc/nginx/conf.d/muster-works.conf /etc/systemd/system/muster-works-* 2>/dev/null || true',
    ])
    assert.equal(made.trim(), '')
  })
})
