import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { cancel } from '#engine/detached/cancel'
import { explainFailure } from '#engine/deploy/explain_failure'
import { Secret } from '#engine/shell/secret'
import { markedProcesses, RunUnderWay } from '#tests/engine/detached/run_of'
import { DeployStage, DeploymentUnderWay } from '#tests/engine/deploy/deploy_stage'
import { nodeApp } from '#tests/engine/deploy/node_app'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { failures, RequestLoop } from '#tests/engine/deploy/request_loop'

test.group('Deploying a process', (group) => {
  const stage = new DeployStage()
  group.setup(() => stage.open())

  const app = (slug: string, changes = {}) =>
    stage.project({ slug, runtime: 'process', startCommand: 'node server.js', ...changes })

  /** Units of the project that run. */
  const instances = (slug: string) =>
    stage.host
      .inside(['systemctl', 'list-units', '--plain', '--no-legend', `muster-${slug}-*`])
      .split('\n')
      .flatMap((line) => (/^\S+/.exec(line) ?? []).slice())

  test('D1: releases replace each other without a failed request', async ({ assert }) => {
    const project = app('swap')
    await stage.git.publish('swap', nodeApp('one'), 'one')
    assert.equal(await stage.outcome(project), 'live')
    const loop = new RequestLoop(stage.host.address, project)
    let live = ''
    for (const name of ['two', 'three']) {
      await stage.git.publish('swap', nodeApp(name), name)
      const { outcome, results, releaseId } = await stage.deploy(project)
      assert.equal(outcome, 'live')
      assert.equal(results.probe_failures, '0')
      live = releaseId
    }
    const answers = await loop.stop()
    await assertInvariants(stage, project, live, { answers })
    assert.isAbove(answers.length, 100)
    assert.sameMembers([...new Set(answers.map(({ body }) => body))], ['one', 'two', 'three'])
    assert.deepEqual(instances('swap'), ['muster-swap-a.service'])
  })

  test('the application gets its variables and port, and none of Muster’s secrets', async ({
    assert,
  }) => {
    const hostile = `it's "$HOME" \`id\` $(id) \\ 100% \n two`
    const script = `answer = () => ({ status: 200, body: JSON.stringify(process.env) })`
    const project = app('variables', {
      environment: { PLAIN: hostile, TOKEN: new Secret('a-secret-token'), PORT: '1' },
      buildCommands: `printf '%s' "$PLAIN" > built
ls /run/muster /var/lib/muster > seen 2>&1 || true
env > environment; id -un > user; echo done`,
    })
    await stage.git.publish('variables', nodeApp('x', script), 'x')
    const { outcome, log } = await stage.deploy(project)
    assert.equal(outcome, 'live')
    const environment = JSON.parse(await stage.body(project)) as Record<string, string>
    assert.containSubset(environment, {
      PLAIN: hostile,
      TOKEN: 'a-secret-token',
      PORT: String(project.appPort),
      HOST: '127.0.0.1',
      USER: 'muster-variables',
    })
    assert.notInclude(log, 'a-secret-token')
    const read = (name: string) =>
      stage.host.inside(['cat', `/srv/muster/variables/current/${name}`])
    assert.equal(read('built'), hostile)
    assert.equal(read('user'), 'muster-variables\n')
    assert.match(read('seen'), /'\/var\/lib\/muster': Permission denied/)
    assert.notInclude(read('seen'), 'key')
    assert.notInclude(read('environment'), 'GIT_SSH')
    assert.notInclude(stage.host.inside(['ls', '/run/muster']), 'known_hosts')
    const meta = `/srv/muster/variables/current/../../meta`
    const mode = ['sh', '-c', `stat -c '%a %U %G' ${meta}/*/env`]
    assert.equal(stage.host.inside(mode), '640 root muster-variables\n')
  })

  test('D2: a release that answers 500 is refused while the old one answers', async ({
    assert,
  }) => {
    const project = app('refused', { healthTimeoutSeconds: 5 })
    await stage.git.publish('refused', nodeApp('good'), 'good')
    const { releaseId } = await stage.deploy(project)
    const bad = `answer = () => ({ status: 500, body: 'bad' }); console.log('I am broken')`
    await stage.git.publish('refused', nodeApp('bad', bad), 'bad')
    const loop = new RequestLoop(stage.host.address, project)
    const { outcome, failed, log } = await stage.deploy(project)
    const answers = await loop.stop()
    assert.equal(outcome, 'failed')
    assert.containSubset(failed, { step: 'health', rc: 1 })
    assert.include(log, 'The new instance answers 500.')
    assert.include(log, 'I am broken')
    assert.deepEqual(stage.releases(project), [releaseId])
    assert.deepEqual(instances('refused'), ['muster-refused-a.service'])
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['good'] })
    const { reason, next } = explainFailure({ step: 'health', rc: 1, tail: log })
    assert.equal(reason, 'The new instance answers with an error.')
    assert.include(next, 'what was live is still live')
  })

  test('D2: a process that dies at once is refused before its time is over', async ({ assert }) => {
    const project = app('crashing', { healthTimeoutSeconds: 60 })
    await stage.git.publish('crashing', nodeApp('x', 'throw new Error("no database")'), 'x')
    const began = performance.now()
    const { outcome, log } = await stage.deploy(project)
    assert.equal(outcome, 'failed')
    assert.include(log, 'The new instance does not answer on port')
    assert.include(log, 'no database')
    assert.isBelow(performance.now() - began, 20_000)
    assert.notInclude(stage.host.inside(['ls', '/etc/nginx/conf.d']), 'crashing')
    assert.isEmpty(instances('crashing'))
    await assertInvariants(stage, project, null)
  })

  test('D2: what answers directly but not through nginx is rolled back', async ({ assert }) => {
    const project = app('proxied')
    await stage.git.publish('proxied', nodeApp('old'), 'old')
    const { releaseId } = await stage.deploy(project)
    const bad = `answer = (request) => request.headers['x-real-ip']
      ? { status: 503, body: 'bad' } : { status: 200, body: 'fine' }`
    await stage.git.publish('proxied', nodeApp('bad', bad), 'bad')
    const { outcome, failed, results } = await stage.deploy(project)
    assert.equal(outcome, 'rolled_back')
    assert.equal(failed?.step, 'verify')
    assert.equal(results.former_status, '200')
    assert.notProperty(results, 'former_unhealthy')
    assert.deepEqual(await stage.visit(project), { status: 200, body: 'old' })
    assert.deepEqual(stage.releases(project), [releaseId])
    assert.deepEqual(instances('proxied'), ['muster-proxied-a.service'])
    await assertInvariants(stage, project, releaseId)
  })

  test('D3: with the old release unhealthy too, it goes back once and says so', async ({
    assert,
  }) => {
    const project = app('flapping')
    const sick = `answer = (request) => require('node:fs').existsSync('/srv/muster/flapping/shared/sick')
      && request.headers['x-real-ip'] ? { status: 500, body: 'sick' } : { status: 200, body: 'well' }`
    await stage.git.publish('flapping', nodeApp('x', sick), 'x')
    const { releaseId } = await stage.deploy(project)
    stage.host.inside(['touch', '/srv/muster/flapping/shared/sick'])
    const { outcome, results, log } = await stage.deploy(project)
    assert.equal(outcome, 'rolled_back')
    assert.equal(results.former_status, '500')
    assert.equal(results.former_unhealthy, 'answers 500')
    assert.include(log, 'The former release answers 500, too. Nothing more is tried.')
    assert.lengthOf(log.match(/Taking back: Activate/g) ?? [], 1)
    stage.host.inside(['rm', '/srv/muster/flapping/shared/sick'])
    assert.equal(await stage.body(project), 'well')
    await assertInvariants(stage, project, releaseId)
  })

  test('what could not be put back is told as such', async ({ assert }) => {
    const project = app('stuck')
    await stage.git.publish('stuck', nodeApp('old'), 'old')
    const { releaseId } = await stage.deploy(project)
    const bad = `answer = (request) => request.headers['x-real-ip']
      ? { status: 503, body: 'bad' } : { status: 200, body: 'fine' }`
    await stage.git.publish('stuck', nodeApp('bad', bad), 'bad')
    const deployment = stage.begin(project)
    await deployment.run.shows('Verify through nginx')
    stage.host.inside(['rm', '/srv/muster/stuck/former/live'])
    const { outcome, results, log } = await deployment.ended()
    assert.equal(outcome, 'failed')
    assert.equal(results.not_undone, 'activate')
    assert.notProperty(results, 'former_status')
    assert.include(log, 'What was live before could not be put back whole.')
    const live = stage.host.inside(['readlink', '/srv/muster/stuck/current'])
    assert.equal(live, `releases/${releaseId}\n`)
  })

  test('what was live before is judged by what it was built to answer', async ({ assert }) => {
    const project = app('moved', { healthPath: '/up' })
    const only = (path: string) =>
      `answer = ({ url, headers }) => url === '${path}' && !(headers['x-real-ip'] && BAD)
        ? { status: 200, body: 'well' } : { status: 404, body: 'no' }`
    await stage.git.publish('moved', nodeApp('old', `const BAD = false\n${only('/up')}`), 'old')
    assert.equal(await stage.outcome(project), 'live')
    const script = `const BAD = true\n${only('/healthz')}`
    await stage.git.publish('moved', nodeApp('new', script), 'new')
    const changed = { ...project, healthPath: '/healthz' }
    const { outcome, results } = await stage.deploy(changed, { former: { healthPath: '/up' } })
    assert.equal(outcome, 'rolled_back')
    assert.equal(results.former_status, '200')
    assert.notProperty(results, 'former_unhealthy')
  })

  test('D13: a rollback is the same activation, with the variables of its release', async ({
    assert,
  }) => {
    const script = `answer = () => ({ status: 200, body: process.env.COLOUR })`
    await stage.git.publish('colours', nodeApp('x', script), 'x')
    const { releaseId } = await stage.deploy(app('colours', { environment: { COLOUR: 'red' } }))
    const blue = app('colours', { environment: { COLOUR: 'blue' } })
    await stage.git.publish('colours', nodeApp('y'), 'y')
    await stage.deploy(blue)
    const loop = new RequestLoop(stage.host.address, blue)
    const { outcome } = await stage.deploy(blue, { kind: 'rollback', releaseId })
    const answers = await loop.stop()
    assert.equal(outcome, 'live')
    assert.equal(await stage.body(blue), 'red')
    await assertInvariants(stage, blue, releaseId, { answers, bodies: ['y', 'red'] })
  })

  test('a port that is taken is told before anything is started', async ({ assert }) => {
    const project = app('taken')
    await stage.git.publish('taken', nodeApp('x'), 'x')
    const stranger = `require('net').createServer().listen(${project.appPort}, '127.0.0.1')`
    stage.host.inside(['systemd-run', '--quiet', 'node', '-e', stranger])
    await sleep(500)
    const { outcome, failed, log } = await stage.deploy(project)
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'start')
    assert.include(log, `listens on port ${project.appPort} already`)
  })

  test('a cancel during the build leaves the old release and nothing else', async ({ assert }) => {
    const project = app('cancelled', { buildCommands: 'sh build.sh' })
    await stage.git.publish('cancelled', { ...nodeApp('old'), 'build.sh': 'true' }, 'old')
    const { releaseId } = await stage.deploy(project)
    const build = 'setsid sleep 500 & echo building; sleep 500'
    await stage.git.publish('cancelled', { ...nodeApp('new'), 'build.sh': build }, 'new')
    const loop = new RequestLoop(stage.host.address, project)
    const deployment = stage.begin(project)
    await deployment.run.shows('building\n')
    const { left } = await cancel(stage.remote, { id: deployment.run.id, graceSeconds: 5 })
    const { outcome } = await deployment.ended()
    assert.equal(left, 0)
    assert.equal(outcome, 'cancelled')
    assert.equal(markedProcesses(stage.host, deployment.run.id), 0)
    assert.isEmpty(failures(await loop.stop()))
    assert.deepEqual(stage.releases(project), [releaseId])
    assert.deepEqual(instances('cancelled'), ['muster-cancelled-a.service'])
  })

  test('a cancel during the switch waits for it, and the release is live', async ({ assert }) => {
    const project = app('late')
    await stage.git.publish('late', nodeApp('one'), 'one')
    await stage.deploy(project)
    await stage.git.publish('late', nodeApp('two'), 'two')
    const deployment = stage.begin(project)
    await deployment.run.shows('Activate the release')
    const { left } = await cancel(stage.remote, { id: deployment.run.id, graceSeconds: 0 })
    assert.equal(left, 0)
    const { outcome } = await deployment.ended()
    assert.equal(outcome, 'live')
    assert.equal(await stage.body(project), 'two')
  })

  test('D21: after the script was killed the next deployment begins at once', async ({
    assert,
  }) => {
    const project = app('killed', { buildCommands: 'sh build.sh' })
    const build = 'echo building; [ -e ../../shared/go ] || sleep 400'
    await stage.git.publish('killed', { ...nodeApp('x'), 'build.sh': build }, 'x')
    const deployment = stage.begin(project)
    await deployment.run.shows('building\n')
    const body = `/var/lib/muster/runs/${deployment.run.id}/body`
    stage.host.inside(['sh', '-c', `kill -KILL $(cat ${body}); touch /srv/muster/killed/shared/go`])
    assert.containSubset(await deployment.run.result, { state: 'finished', code: 137 })
    const next = await stage.deploy(project)
    assert.equal(next.outcome, 'live')
    assert.deepEqual(stage.releases(project), [next.releaseId])
    await assertInvariants(stage, project, next.releaseId)
  })

  test('a deployment ends well while the panel is gone', async ({ assert }) => {
    const project = app('alone', { buildCommands: 'echo building; sleep 2' })
    await stage.git.publish('alone', nodeApp('alone'), 'x')
    const deployment = stage.begin(project)
    await deployment.run.shows('building\n')
    deployment.run.stop.abort()
    assert.containSubset(await deployment.run.result, { state: 'stopped' })
    for (let tries = 0; tries < 300; tries++, await sleep(100)) {
      if ((await stage.body(project)) === 'alone') break
    }
    assert.deepEqual(await stage.visit(project), { status: 200, body: 'alone' })
    const again = new RunUnderWay(stage.remote, null, { id: deployment.run.id })
    const nonce = deployment.nonce
    const { outcome } = await new DeploymentUnderWay(again, deployment.releaseId, nonce).ended()
    assert.equal(outcome, 'live')
  })

  test('what is live is up again after a reboot', async ({ assert }) => {
    const project = app('rebooted')
    for (const name of ['one', 'two']) {
      await stage.git.publish('rebooted', nodeApp(name), name)
      await stage.deploy(project)
    }
    await stage.host.reboot()
    await stage.host.systemState()
    stage.pool.forget('web-1')
    let answer = await stage.visit(project)
    for (let tries = 0; tries < 50 && answer.status !== 200; tries++) {
      await sleep(100)
      answer = await stage.visit(project)
    }
    assert.deepEqual(answer, { status: 200, body: 'two' })
    assert.deepEqual(instances('rebooted'), ['muster-rebooted-b.service'])
  })

  test('D16: a slow starter and one that is deaf to TERM lose no request', async ({ assert }) => {
    const project = app('slow')
    const deaf = `process.on('SIGTERM', () => {}); delay = 2000`
    await stage.git.publish('slow', nodeApp('one', deaf), 'one')
    assert.equal(await stage.outcome(project), 'live')
    await stage.git.publish('slow', nodeApp('two', deaf), 'two')
    const loop = new RequestLoop(stage.host.address, project)
    const { outcome, releaseId } = await stage.deploy(project)
    const answers = await loop.stop()
    assert.equal(outcome, 'live')
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['one', 'two'] })
    assert.equal(answers.at(-1)?.body, 'two')
    assert.deepEqual(instances('slow'), ['muster-slow-b.service'])
  }).timeout(120_000)
})
