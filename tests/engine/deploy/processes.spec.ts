import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { explainFailure } from '#engine/deploy/explain_failure'
import { DEFAULT_SETTINGS, type ProcessSettings } from '#engine/processes/settings'
import { sh } from '#engine/shell/command'
import { DeployStage } from '#tests/engine/deploy/deploy_stage'
import { atBeginOf, atEndOf } from '#tests/engine/deploy/fault_points'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { nodeApp } from '#tests/engine/deploy/node_app'
import { failures, RequestLoop } from '#tests/engine/deploy/request_loop'

test.group('The processes of a deployment', (group) => {
  const stage = new DeployStage()
  group.setup(() => stage.open())

  const app = (slug: string, changes = {}) =>
    stage.project({ slug, runtime: 'process', startCommand: 'node server.js', ...changes })

  const process = (name: string, changes: Partial<ProcessSettings> = {}): ProcessSettings => ({
    ...DEFAULT_SETTINGS,
    name,
    command: null,
    ...changes,
  })

  /** Units of the project that run. */
  const running = (slug: string) =>
    stage.host
      .inside(['systemctl', 'list-units', '--plain', '--no-legend', `muster-${slug}*`])
      .split('\n')
      .flatMap((line) => (/^\S+/.exec(line) ?? []).slice())

  const show = (unit: string, property: string) =>
    stage.host.inside(['systemctl', 'show', `--property=${property}`, '--value', unit]).trim()

  /** Says who answers, and with which process. */
  const whoApp = (name: string) =>
    nodeApp(name, `answer = () => ({ status: 200, body: '${name} ' + process.env.PORT })`)

  /** Writes a line each tenth of a second: which release, which process. */
  const worker = (name: string, ending = '') =>
    `#!/bin/bash\n${ending}\nwhile true; do echo "${name} $$" >> ../../shared/trace; sleep 0.1; done\n`

  const trace = (slug: string) =>
    stage.host
      .inside(['cat', `/srv/muster/${slug}/shared/trace`])
      .trim()
      .split('\n')

  test('D1: instances answer in turn, and all of them are replaced without a failed request', async ({
    assert,
  }) => {
    const project = app('many', { processes: [process('web', { instances: 3 })] })
    await stage.git.publish('many', whoApp('one'), 'one')
    const first = await stage.deploy(project)
    assert.equal(first.outcome, 'live', first.log)
    assert.equal(first.results.processes, 'web=3')
    assert.deepEqual(running('many'), [
      ...['muster-many-a.2.service', 'muster-many-a.3.service', 'muster-many-a.service'],
    ])
    const loop = new RequestLoop(stage.host.address, project)
    await sleep(500)
    await stage.git.publish('many', whoApp('two'), 'two')
    const second = await stage.deploy(project)
    const answers = await loop.stop()
    assert.equal(second.outcome, 'live', second.log)
    const bodies = new Set(answers.map(({ body }) => body))
    assert.lengthOf(
      [...bodies].filter((body) => body.startsWith('one ')),
      3
    )
    assert.lengthOf(
      [...bodies].filter((body) => body.startsWith('two ')),
      3
    )
    assert.isEmpty(failures(answers))
    await assertInvariants(stage, project, second.releaseId, { answers, bodies: [...bodies] })
  }).timeout(120_000)

  test('D2: when one instance of many is not well, none of them serves', async ({ assert }) => {
    const project = app('onebad', {
      processes: [process('web', { instances: 2 })],
      healthTimeoutSeconds: 10,
    })
    await stage.git.publish('onebad', whoApp('one'), 'one')
    const { releaseId } = await stage.deploy(project)
    const bad = `answer = () => ({ status: process.env.PORT >= 10000 ? 500 : 200, body: 'bad' })`
    await stage.git.publish('onebad', nodeApp('bad', bad), 'bad')
    const loop = new RequestLoop(stage.host.address, project)
    const { outcome, failed, log } = await stage.deploy(project)
    const answers = await loop.stop()
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'health', log)
    assert.match(log, /Instance 1 answered 200/)
    assert.include(log, 'The new instance answers 500.')
    await assertInvariants(stage, project, releaseId, { answers })
    assert.lengthOf(running('onebad'), 2)
  }).timeout(120_000)

  test('limits, grace and restarts reach the unit, and the environment stays the project’s', async ({
    assert,
  }) => {
    const limits = { memoryMegabytes: 128, cpuPercent: 50, graceSeconds: 7 }
    const project = app('limits', {
      processes: [
        process('web', { ...limits, restart: 'on-failure' }),
        process('worker', { ...limits, command: 'exec sleep 1000', restart: 'no', instances: 2 }),
      ],
    })
    await stage.git.publish('limits', whoApp('one'), 'one')
    const { outcome, log } = await stage.deploy(project)
    assert.equal(outcome, 'live', log)
    for (const unit of ['muster-limits-a', 'muster-limits.worker.1', 'muster-limits.worker.2']) {
      assert.equal(show(unit, 'MemoryMax'), String(128 * 1024 * 1024))
      assert.equal(show(unit, 'CPUQuotaPerSecUSec'), '500ms')
      assert.equal(show(unit, 'TimeoutStopUSec'), '7s')
      assert.equal(show(unit, 'User'), 'muster-limits')
      assert.equal(show(unit, 'NoNewPrivileges'), 'yes')
      assert.equal(show(unit, 'UnitFileState'), 'enabled')
    }
    assert.equal(show('muster-limits-a', 'Restart'), 'on-failure')
    assert.equal(show('muster-limits.worker.1', 'Restart'), 'no')
    assert.equal(show('muster-limits.worker.1', 'NRestarts'), '0')
    const modes = stage.host.inside([
      ...['sh', '-c', "stat -c '%a %U %G' /srv/muster/limits/meta/*/command.worker"],
    ])
    assert.equal(modes, '640 root muster-limits\n')
  }).timeout(120_000)

  test('two generations of a worker never run at once, and a slow one gets its grace', async ({
    assert,
  }) => {
    const settings = process('worker', { command: 'exec ./worker.sh', graceSeconds: 10 })
    const project = stage.project({ slug: 'hand', processes: [settings] })
    const slow = `trap 'for n in 1 2 3 4 5 6 7 8; do echo "ending" >> ../../shared/trace; sleep 0.1; done; exit 0' TERM`
    const files = (name: string) => ({ 'index.html': name, 'worker.sh': worker(name, slow) })
    await stage.git.publish('hand', files('one'), 'one')
    const first = await stage.deploy(project)
    assert.equal(first.outcome, 'live', first.log)
    await stage.git.publish('hand', files('two'), 'two')
    const second = await stage.deploy(project)
    assert.equal(second.outcome, 'live', second.log)
    const lines = trace('hand').map((line) => line.split(' ')[0])
    const order = lines.filter((line, index) => line !== lines[index - 1])
    assert.deepEqual(order, ['one', 'ending', 'two'])
    assert.lengthOf(
      lines.filter((line) => line === 'ending'),
      8
    )
    assert.deepEqual(running('hand'), ['muster-hand.worker.1.service'])
    await assertInvariants(stage, project, second.releaseId)
  }).timeout(120_000)

  test('D2: a worker that dies at once has the former release back, with its worker', async ({
    assert,
  }) => {
    const project = app('dying', { processes: [process('worker', { command: './worker.sh' })] })
    await stage.git.publish('dying', { ...whoApp('one'), 'worker.sh': worker('one') }, 'one')
    const { releaseId } = await stage.deploy(project)
    const dead = '#!/bin/bash\necho "no such queue" >&2\nexit 1\n'
    await stage.git.publish('dying', { ...whoApp('two'), 'worker.sh': dead }, 'two')
    const loop = new RequestLoop(stage.host.address, project)
    const { outcome, failed, log } = await stage.deploy(project)
    const answers = await loop.stop()
    assert.equal(outcome, 'rolled_back', log)
    assert.containSubset(failed, { step: 'workers', rc: 1 })
    assert.include(log, 'no such queue')
    const { reason } = explainFailure({ step: 'workers', rc: 1, tail: log })
    assert.equal(reason, 'A worker of the new release died at once.')
    await assertInvariants(stage, project, releaseId, { answers })
    assert.deepEqual(running('dying'), ['muster-dying-a.service', 'muster-dying.worker.1.service'])
    const last = trace('dying').length
    await sleep(500)
    assert.isAbove(trace('dying').length, last)
    assert.equal(show('muster-dying.worker.1', 'UnitFileState'), 'enabled')
  }).timeout(120_000)

  test('D13: a rollback has the processes, variables and commands of its release', async ({
    assert,
  }) => {
    const run = (name: string) =>
      process(name, { command: `echo "${name} $COLOUR" > ../../shared/${name}; exec sleep 1000` })
    const before = {
      environment: { COLOUR: 'red' },
      processes: [process('web', { instances: 2 }), run('worker')],
    }
    await stage.git.publish('gens', whoApp('one'), 'one')
    const { releaseId, log } = await stage.deploy(app('gens', before))
    const after = app('gens', { environment: { COLOUR: 'blue' }, processes: [run('scheduler')] })
    await stage.git.publish('gens', whoApp('two'), 'two')
    const second = await stage.deploy(after)
    assert.equal(second.outcome, 'live', log + second.log)
    assert.deepEqual(running('gens'), ['muster-gens-b.service', 'muster-gens.scheduler.1.service'])
    stage.host.inside(['rm', '/srv/muster/gens/shared/worker'])
    const loop = new RequestLoop(stage.host.address, after)
    const back = await stage.deploy(after, { kind: 'rollback', releaseId })
    const answers = await loop.stop()
    assert.equal(back.outcome, 'live', back.log)
    assert.deepEqual(running('gens'), [
      ...['muster-gens-a.2.service', 'muster-gens-a.service', 'muster-gens.worker.1.service'],
    ])
    assert.equal(stage.host.inside(['cat', '/srv/muster/gens/shared/worker']), 'worker red\n')
    await assertInvariants(stage, after, releaseId, { answers })
  }).timeout(120_000)

  test('a restart hands over to new instances of the same release, as many as are asked for by now', async ({
    assert,
  }) => {
    const project = app('scaled', {
      processes: [process('worker', { command: 'exec sleep 1000' })],
    })
    await stage.git.publish('scaled', whoApp('one'), 'one')
    const { releaseId } = await stage.deploy(project)
    const more = {
      ...project,
      processes: [
        process('web', { instances: 3 }),
        process('worker', { command: 'exec sleep 1000', instances: 2 }),
      ],
    }
    const loop = new RequestLoop(stage.host.address, project)
    const { outcome, log } = await stage.deploy(more, { kind: 'restart', releaseId })
    const answers = await loop.stop()
    assert.equal(outcome, 'live', log)
    assert.lengthOf(running('scaled'), 5)
    await assertInvariants(stage, project, releaseId, { answers })
  }).timeout(120_000)

  test('D1: from three instances to one and back while visitors ask, nothing is left over and no request fails', async ({
    assert,
  }) => {
    const scaled = (instances: number, changes = {}) => ({
      ...project,
      ...changes,
      processes: [process('web', { instances })],
    })
    const project = app('breathes', { processes: [process('web', { instances: 3 })] })
    const meta = (id: string) => `/srv/muster/breathes/meta/${id}`
    await stage.git.publish('breathes', whoApp('one'), 'one')
    const { releaseId } = await stage.deploy(project)
    const noted = () => stage.host.inside(['cat', `${meta(releaseId)}/processes`])
    const units = () =>
      stage.host.inside(['sh', '-c', 'ls /etc/systemd/system/muster-breathes*']).trim().split('\n')
    const loop = new RequestLoop(stage.host.address, project)
    for (const instances of [1, 3]) {
      const { outcome, results, log } = await stage.deploy(scaled(instances), {
        ...{ kind: 'restart', releaseId },
      })
      assert.equal(outcome, 'live', log)
      assert.equal(results.processes, `web=${instances}`)
      assert.lengthOf(running('breathes'), instances)
      assert.lengthOf(units(), instances)
      assert.match(noted(), new RegExp(`^web ${instances} `))
    }
    for (const step of ['processes', 'health']) {
      const fault = step === 'health' ? atEndOf(step, sh`exit 9`) : atBeginOf(step, sh`exit 9`)
      const refused = await stage.deploy(scaled(2), { kind: 'restart', releaseId, fault })
      assert.equal(refused.outcome, 'failed')
      assert.match(noted(), /^web 3 /)
      assert.lengthOf(running('breathes'), 3)
    }
    const answers = await loop.stop()
    await assertInvariants(stage, project, releaseId, { answers })
    assert.lengthOf(units(), 3)
  }).timeout(120_000)

  test('a restart of another release than the live one and a rollback to one of before there were processes are refused', async ({
    assert,
  }) => {
    const project = app('formats')
    await stage.git.publish('formats', whoApp('one'), 'one')
    const old = await stage.deploy(project)
    const { releaseId } = await stage.deploy(project)
    const refused = async (kind: 'restart' | 'rollback', rc: number) => {
      const { outcome, failed, log } = await stage.deploy(project, {
        ...{ kind, releaseId: old.releaseId },
      })
      assert.equal(outcome, 'failed')
      assert.containSubset(failed, { step: 'preflight', rc }, log)
      await assertInvariants(stage, project, releaseId)
      return explainFailure({ step: 'preflight', rc, tail: log }).reason
    }
    assert.equal(await refused('restart', 75), 'Another release is live by now.')
    stage.host.inside(['rm', `/srv/muster/formats/meta/${old.releaseId}/processes`])
    const words = 'The release was built by an older Muster. Deploy its commit again.'
    assert.equal(await refused('rollback', 66), words)
  }).timeout(120_000)

  test('a Procfile names the processes and their commands', async ({ assert }) => {
    const project = app('procfile', {
      startCommand: null,
      processesFrom: 'procfile',
      processes: [process('worker', { instances: 2 })],
    })
    const Procfile = `# processes
web: node server.js

worker:   sh -c 'echo "$PLAIN" > ../../shared/said; exec sleep 1000'   
release: touch /tmp/never
`
    await stage.git.publish('procfile', { ...whoApp('one'), Procfile }, 'one')
    const { outcome, results, log, releaseId } = await stage.deploy({
      ...project,
      environment: { PLAIN: `it's "odd"` },
    })
    assert.equal(outcome, 'live', log)
    assert.equal(results.processes, 'web=1,worker=2')
    assert.include(log, 'The process release is not run')
    assert.lengthOf(running('procfile'), 3)
    assert.equal(stage.host.inside(['cat', '/srv/muster/procfile/shared/said']), `it's "odd"\n`)
    await assertInvariants(stage, project, releaseId)
  }).timeout(120_000)

  test('a Procfile that says anything unclear is refused with its line', async ({ assert }) => {
    const project = app('unclear', { startCommand: null, processesFrom: 'procfile' })
    const refused: [string | { link: string }, RegExp][] = [
      ['web node server.js\n', /Line 1 of the Procfile is not "name: command"/],
      ['web: node server.js\r\n', /Line 1 of the Procfile has a control character/],
      ['web: x\nWorker: y\n', /Line 2 of the Procfile is not/],
      ['web: x\nweb: y\n', /Line 2 of the Procfile names a process again/],
      ['web:\n', /Line 1 of the Procfile is not/],
      ['worker: x\n', /names no process web/],
      [`web: ${'x'.repeat(4001)}\n`, /longer than 4000/],
      [{ link: '/etc/passwd' }, /There is no Procfile/],
      [
        Array.from({ length: 21 }, (_, at) => `p${at}: x\n`).join(''),
        /Line 21 .* one process too many/,
      ],
    ]
    for (const [Procfile, words] of refused) {
      await stage.git.publish('unclear', { ...whoApp('x'), Procfile }, 'x')
      const { outcome, failed, log } = await stage.deploy(project)
      assert.equal(outcome, 'failed')
      assert.equal(failed?.step, 'processes', log)
      assert.match(log, words)
    }
    await assertInvariants(stage, project, null)
  }).timeout(180_000)

  test('what runs is up again after a reboot, with all its instances and workers', async ({
    assert,
  }) => {
    const project = app('reboot', {
      processes: [
        process('web', { instances: 2 }),
        process('worker', { command: 'exec sleep 1000' }),
      ],
    })
    await stage.git.publish('reboot', whoApp('one'), 'one')
    const { releaseId } = await stage.deploy(project)
    await stage.host.reboot()
    await stage.host.systemState()
    stage.pool.forget('web-1')
    let answer = await stage.visit(project)
    for (let tries = 0; tries < 400 && answer.status !== 200; tries++) {
      await sleep(100)
      answer = await stage.visit(project)
    }
    assert.equal(answer.status, 200)
    for (let tries = 0; tries < 200 && running('reboot').length < 3; tries++) await sleep(100)
    assert.lengthOf(running('reboot'), 3)
    await assertInvariants(stage, project, releaseId)
  }).timeout(120_000)

  test('D16: an application that needs 20 s to boot and is deaf to TERM loses no request', async ({
    assert,
  }) => {
    const project = app('slowest', {
      healthTimeoutSeconds: 60,
      processes: [process('web', { instances: 2, graceSeconds: 3 })],
    })
    const deaf = (name: string, delay: number) =>
      nodeApp(name, `process.on('SIGTERM', () => {}); delay = ${delay}`)
    await stage.git.publish('slowest', deaf('one', 0), 'one')
    assert.equal(await stage.outcome(project), 'live')
    await stage.git.publish('slowest', deaf('two', 20_000), 'two')
    const loop = new RequestLoop(stage.host.address, project)
    const { outcome, releaseId } = await stage.deploy(project)
    const answers = await loop.stop()
    assert.equal(outcome, 'live')
    assert.equal(answers.at(-1)?.body, 'two')
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['one', 'two'] })
    assert.lengthOf(running('slowest'), 2)
  }).timeout(180_000)
})
