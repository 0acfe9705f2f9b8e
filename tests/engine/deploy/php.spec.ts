import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { DEFAULT_SETTINGS } from '#engine/processes/settings'
import { DeployStage } from '#tests/engine/deploy/deploy_stage'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { RequestLoop } from '#tests/engine/deploy/request_loop'

test.group('Deploying php', (group) => {
  const stage = new DeployStage()
  let version = ''
  group.setup(async () => {
    const close = await stage.open()
    const found = stage.host.inside(['sh', '-c', 'ls /usr/sbin/php-fpm*'])
    version = /php-fpm(\d+\.\d+)/.exec(found)![1]
    return close
  })

  const app = (slug: string, changes = {}) =>
    stage.project({
      slug,
      runtime: 'php',
      phpVersion: version,
      phpWorkers: 4,
      publicDirectory: 'public',
      ...changes,
    })

  const site = (name: string, more = {}) => ({
    'public/index.php': `<?php
require __DIR__ . '/../name.php';
if (isset($_GET['slow'])) sleep(3);
if (strpos($_SERVER['REQUEST_URI'], '/about') === 0) { echo 'about ', $_SERVER['REQUEST_URI']; return; }
echo name();
`,
    'public/other.php': `<?php echo 'other ', get_current_user();`,
    'public/style.css': 'p { color: red }',
    'public/.env': 'SECRET=1',
    'name.php': `<?php function name() { return '${name}'; }`,
    ...more,
  })

  test('the front controller answers, files are files, and nothing else of php is run', async ({
    assert,
  }) => {
    const project = app('front', { environment: { COLOUR: 'red' } })
    const whoami = `<?php echo posix_getpwuid(posix_geteuid())['name'], ' ', getenv('COLOUR'), ' ', $_SERVER['DOCUMENT_ROOT'];`
    await stage.git.publish('front', site('one', { 'public/who/index.php': whoami }), 'one')
    const { outcome, log, releaseId } = await stage.deploy(project)
    assert.equal(outcome, 'live', log)
    assert.deepEqual(await stage.visit(project), { status: 200, body: 'one' })
    assert.deepEqual(await stage.visit(project, '/about/us?x=1'), {
      status: 200,
      body: 'about /about/us?x=1',
    })
    assert.equal((await stage.visit(project, '/style.css')).body, 'p { color: red }')
    for (const path of ['/other.php', '/.env', '/other.php/x', '/who/index.php']) {
      assert.equal((await stage.visit(project, path)).status, 404, path)
    }
    const all = { ...project, phpFiles: 'all' as const }
    const second = await stage.deploy(all)
    assert.equal(second.outcome, 'live', second.log)
    assert.match((await stage.visit(project, '/other.php')).body, /^other /)
    assert.equal(
      (await stage.visit(project, '/who/index.php')).body,
      `muster-front red /srv/muster/front/releases/${second.releaseId}/public`
    )
    assert.notEqual(second.releaseId, releaseId)
    await assertInvariants(stage, project, second.releaseId)
  }).timeout(120_000)

  test('nobody but nginx and the project reaches its php', async ({ assert }) => {
    const project = app('closed')
    await stage.git.publish('closed', site('one'), 'one')
    await stage.deploy(project)
    const look =
      'setpriv --reuid nobody --regid nogroup --clear-groups ls /run/muster-closed-a/ 2>&1 || true'
    assert.match(stage.host.inside(['sh', '-c', look]), /Permission denied/)
  }).timeout(120_000)

  test('D15: with files that are never looked at again new code is served at once, and requests under way end', async ({
    assert,
  }) => {
    const project = app('opcache', {
      processes: [{ ...DEFAULT_SETTINGS, name: 'web', command: null, graceSeconds: 15 }],
    })
    await stage.git.publish('opcache', site('one'), 'one')
    assert.equal(await stage.outcome(project), 'live')
    const loop = new RequestLoop(stage.host.address, project)
    await stage.git.publish('opcache', site('two'), 'two')
    const deployment = stage.begin(project)
    await deployment.run.shows('Activate the release')
    const slow = stage.visit(project, '/?slow=1')
    const { outcome, releaseId, log } = await deployment.ended()
    const answers = await loop.stop()
    assert.equal(outcome, 'live', log)
    const ended = await slow
    assert.equal(ended.status, 200)
    assert.include(['one', 'two'], ended.body)
    // While nginx hands over, workers of both generations may answer for a moment.
    assert.equal(answers[0].body, 'one')
    assert.equal(answers.at(-1)!.body, 'two')
    assert.equal(await stage.body(project), 'two')
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['one', 'two'] })
  }).timeout(120_000)

  test('D2: code that does not compile is refused before anybody sees it', async ({ assert }) => {
    const project = app('broken', { healthTimeoutSeconds: 2 })
    await stage.git.publish('broken', site('one'), 'one')
    const { releaseId } = await stage.deploy(project)
    await stage.git.publish('broken', site('two', { 'name.php': '<?php function {' }), 'two')
    const loop = new RequestLoop(stage.host.address, project)
    const { outcome, failed, log } = await stage.deploy(project)
    const answers = await loop.stop()
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'health', log)
    assert.match(log, /answers 500/)
    assert.match(log, /syntax error/)
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['one'] })
  }).timeout(120_000)

  test('D2: of a release that was refused nothing listens any more, and the next one takes its place', async ({
    assert,
  }) => {
    const project = app('retried', { healthTimeoutSeconds: 2 })
    const broken = site('two', { 'name.php': '<?php exit(http_response_code(500));' })
    await stage.git.publish('retried', site('one'), 'one')
    const { releaseId } = await stage.deploy(project)
    const loop = new RequestLoop(stage.host.address, project)
    await stage.git.publish('retried', broken, 'two')
    const { failed, log } = await stage.deploy(project)
    assert.equal(failed?.step, 'health', log)
    await assertInvariants(stage, project, releaseId)
    const left = stage.host.inside([
      ...[
        'sh',
        '-c',
        'ss -lntH "sport = :$1"; ls -d /etc/systemd/system/$2* /run/$2* 2>&1 || true',
      ],
      ...['sh', String(project.appPort + 1), 'muster-retried-b'],
    ])
    assert.notMatch(left, /LISTEN|^\//m)
    await stage.git.publish('retried', site('three'), 'three')
    const third = await stage.deploy(project)
    const answers = await loop.stop()
    assert.equal(third.outcome, 'live', third.log)
    await assertInvariants(stage, project, third.releaseId, { answers, bodies: ['one', 'three'] })
    const ports = stage.host.inside(['ss', '-lntH', `sport = :${project.appPort + 1}`])
    assert.equal(ports.trim(), '')
  }).timeout(120_000)

  test('a rollback serves the old code, and a version that is not there is told first', async ({
    assert,
  }) => {
    const project = app('phpback')
    await stage.git.publish('phpback', site('one'), 'one')
    const { releaseId } = await stage.deploy(project)
    await stage.git.publish('phpback', site('two'), 'two')
    await stage.deploy(project)
    const back = await stage.deploy(project, { kind: 'rollback', releaseId })
    assert.equal(back.outcome, 'live', back.log)
    assert.equal(await stage.body(project), 'one')
    await assertInvariants(stage, project, releaseId)
    const { outcome, failed, log } = await stage.deploy({ ...project, phpVersion: '5.3' })
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'preflight')
    assert.include(log, 'php-fpm5.3 is missing on this server')
  }).timeout(120_000)

  test('it is up again after a reboot', async ({ assert }) => {
    const project = app('phpreboot')
    await stage.git.publish('phpreboot', site('one'), 'one')
    await stage.deploy(project)
    await stage.host.reboot()
    await stage.host.systemState()
    stage.pool.forget('web-1')
    let answer = await stage.visit(project)
    for (let tries = 0; tries < 400 && answer.status !== 200; tries++) {
      await sleep(100)
      answer = await stage.visit(project)
    }
    assert.deepEqual(answer, { status: 200, body: 'one' })
  }).timeout(120_000)
})
