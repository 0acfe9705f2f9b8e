import { test } from '@japa/runner'
import { planAct, type ProcessAct } from '#engine/processes/acts'
import { healthFunction } from '#engine/processes/health'
import { sh } from '#engine/shell/command'
import { type DeployProject } from '#engine/deploy/input'
import { type CommittedFile } from '#tests/fleet/git_server'
import { DeployStage } from '#tests/engine/deploy/deploy_stage'
import { afterCommand, atEndOf, type Fault } from '#tests/engine/deploy/fault_points'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { nodeApp } from '#tests/engine/deploy/node_app'

test.group('Projects that share a server', (group) => {
  const stage = new DeployStage()
  let phpVersion = ''
  group.tap((each) => each.timeout(120_000))
  group.setup(async () => {
    const close = await stage.open()
    const found = stage.host.inside(['sh', '-c', 'ls /usr/sbin/php-fpm*'])
    phpVersion = /php-fpm(\d+\.\d+)/.exec(found)![1]
    return close
  })

  const php = (slug: string, changes: Partial<DeployProject> = {}) =>
    stage.project({ slug, runtime: 'php', phpVersion, phpWorkers: 2, ...changes })

  const app = (slug: string, changes: Partial<DeployProject> = {}) =>
    stage.project({ slug, runtime: 'process', startCommand: 'node server.js', ...changes })

  const stat = (path: string) => stage.host.inside(['stat', '-c', '%U %G %a %F', path]).trim()

  /** Runs a script as the user of a project, with nothing of root's. */
  const as = (slug: string, script: string) => {
    const user = ['--reuid', `muster-${slug}`, '--regid', `muster-${slug}`, '--clear-groups']
    return stage.host.inside(['setpriv', ...user, '--no-new-privs', 'bash', '-c', script])
  }

  /** Somebody else's program answers at a port as if all were well. */
  function listenAsStranger(port: number): () => void {
    const unit = `stranger-${port}`
    const program = `require('http').createServer((_, response) => response.end('stolen')).listen(${port}, '127.0.0.1')`
    stage.host.inside([
      ...['systemd-run', '--quiet', '--uid=nobody', `--unit=${unit}`, 'node', '-e', program],
    ])
    return () => void stage.host.inside(['systemctl', 'stop', unit])
  }

  test('D19: a link in the place of the sessions has nothing given away, and they outlive releases', async ({
    assert,
  }) => {
    const places = ['~/sessions', '../../sessions']
    const put = places.map((place) => `rm -rf ${place} || true; ln -s /etc ${place} || true`)
    const project = php('linker', { buildCommands: put.join('\n') })
    const page = `<?php session_id('fixed'); session_start(); echo ++$_SESSION['visits'];`
    await stage.git.publish('linker', { 'index.php': page }, 'one')
    const first = await stage.deploy(project)
    assert.equal(first.outcome, 'live', first.log)
    const visits = Number(await stage.body(project))
    const second = await stage.deploy(project)
    assert.equal(second.outcome, 'live', second.log)
    assert.equal(stat('/etc'), 'root root 755 directory')
    assert.equal(stat('/srv/muster/linker/sessions'), 'muster-linker muster-linker 700 directory')
    assert.isAbove(Number(await stage.body(project)), visits)
    await assertInvariants(stage, project, second.releaseId)
  })

  test('D19: code of a project can neither move its own php socket nor reach another project’s', async ({
    assert,
  }) => {
    const attack = `<?php
if (!isset($_GET['attack'])) { echo 'taker'; return; }
$own = '/run/muster-taker-a';
$other = '/run/muster-victim-a';
echo json_encode([
  'unlink' => @unlink("$own/php.sock"),
  'move' => @rename($own, "$own-away"),
  'link' => @symlink("$other/php.sock", "$own/other.sock"),
  'listen' => @stream_socket_server("unix://$own/new.sock") !== false,
  'open' => @chmod("$own/php.sock", 0777),
  'look' => @scandir($other) !== false,
  'connect' => @stream_socket_client("unix://$other/php.sock") !== false,
  'itself' => @stream_socket_client("unix://$own/php.sock") !== false,
]);`
    const taker = php('taker')
    const victim = php('victim')
    await stage.git.publish('taker', { 'index.php': attack }, 'one')
    await stage.git.publish('victim', { 'index.php': `<?php echo 'victim';` }, 'one')
    const { releaseId } = await stage.deploy(taker)
    const other = await stage.deploy(victim)
    assert.equal(other.outcome, 'live', other.log)
    for (const slug of ['taker', 'victim']) {
      assert.equal(stat(`/run/muster-${slug}-a`), 'root www-data 750 directory')
      assert.equal(stat(`/run/muster-${slug}-a/php.sock`), 'root www-data 660 socket')
    }
    const done = JSON.parse((await stage.visit(taker, '/?attack=1')).body) as object
    for (const [act, succeeded] of Object.entries(done)) assert.isFalse(succeeded, act)
    assert.equal(await stage.body(taker), 'taker')
    assert.equal(await stage.body(victim), 'victim')
    await assertInvariants(stage, taker, releaseId)
    await assertInvariants(stage, victim, other.releaseId)
  })

  test('D19: no link of a site leads to what another project or root owns, and those inside lead', async ({
    assert,
  }) => {
    const store = stage.project({ slug: 'store', sharedFiles: ['secret.txt'] })
    await stage.git.publish('store', { 'index.html': 'x', 'secret.txt': 'theirs' }, 'one')
    const other = await stage.deploy(store)
    assert.equal(other.outcome, 'live', other.log)
    const shared = '/srv/muster/store/shared'
    const files: Record<string, CommittedFile> = {
      'web/index.html': 'mine',
      'web/inside.html': { link: 'index.html' },
      'web/up.txt': { link: '../readme' },
      'readme': 'read me',
      'web/secret.txt': { link: `${shared}/secret.txt` },
      'web/passwd.txt': { link: '/etc/passwd' },
      'web/store': { link: shared },
    }
    const project = stage.project({ slug: 'thief', publicDirectory: 'web' })
    await stage.git.publish('thief', files, 'one')
    const { releaseId, outcome } = await stage.deploy(project)
    assert.equal(outcome, 'live')
    const refused = async (path: string) => {
      const { status, body } = await stage.visit(project, path)
      assert.oneOf(status, [403, 404], path)
      assert.notMatch(body, /theirs|root:/, path)
    }
    assert.deepEqual(await stage.visit(project, '/inside.html'), { status: 200, body: 'mine' })
    assert.deepEqual(await stage.visit(project, '/up.txt'), { status: 200, body: 'read me' })
    for (const path of ['/secret.txt', '/passwd.txt', '/store/secret.txt']) await refused(path)

    const release = `/srv/muster/thief/releases/${releaseId}`
    for (const [target, path] of [
      [shared, '/secret.txt'],
      ['/etc', '/passwd'],
    ]) {
      as('thief', `cd ${release} && mv web kept && ln -s ${target} web`)
      await refused(path)
      as('thief', `cd ${release} && rm web && mv kept web`)
    }
    assert.equal(await stage.body(project), 'mine')
    await assertInvariants(stage, project, releaseId)
    await assertInvariants(stage, store, other.releaseId)
  })

  test('a new instance whose port somebody else answers at is refused', async ({ assert }) => {
    const project = app('early')
    await stage.git.publish('early', nodeApp('one'), 'one')
    const { releaseId } = await stage.deploy(project)
    const late = 'while [ ! -e ../../shared/go ]; do sleep 0.1; done; exec node server.js'
    const deployment = stage.begin({ ...project, startCommand: late })
    await deployment.run.shows('Check the new instances')
    const leave = listenAsStranger(project.appPort + 1)
    const { outcome, failed, log } = await deployment.ended()
    leave()
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'health', log)
    const words = `The new instance is not what listens on port ${project.appPort + 1}.`
    assert.include(log, words)
    await assertInvariants(stage, project, releaseId)
    assert.equal(await stage.body(project), 'one')
  })

  test('an instance that is started or restarted is not taken for another’s program at its port', async ({
    assert,
  }) => {
    const project = app('again')
    const { slug, unixUser, domain, appPort } = project
    const act = (kind: ProcessAct) => {
      const check = { domain, codes: '200', text: null, answerSeconds: 5 }
      const healthy = healthFunction({ ...check, bodyFile: '/run/muster-again.body' })
      const asked = { slug, unixUser, process: 'web', act: kind }
      return stage.run(planAct({ ...asked, healthy, healthPath: '/', healthTimeoutSeconds: 10 }))
    }
    const stubborn = `server.on('error', () => setTimeout(() => server.listen(process.env.PORT, process.env.HOST), 200))`
    const files = nodeApp('one', `setTimeout(() => { ${stubborn} })`)
    await stage.git.publish('again', files, 'one')
    assert.equal(await stage.outcome(project), 'live')
    assert.equal((await act('stop')).outcome, 'succeeded')
    const leave = listenAsStranger(appPort)
    for (const kind of ['start', 'restart'] as const) {
      const { outcome, log } = await act(kind)
      assert.equal(outcome, 'failed', log)
      assert.include(log, `muster-again-a is not what listens on port ${appPort}.`)
    }
    leave()
    const { outcome, log } = await act('restart')
    assert.equal(outcome, 'succeeded', log)
    assert.equal(await stage.body(project), 'one')
  })

  test('what a killed deployment left in memory is cleared by the next one and nothing of others', async ({
    assert,
  }) => {
    const project = stage.project({ slug: 'left' })
    await stage.git.publish('left', { 'index.html': 'one' }, 'one')
    assert.equal(await stage.outcome(project), 'live')
    const inMemory = () => stage.host.inside(['ls', '/run/muster']).split('\n').filter(Boolean)
    const kill = sh`kill -KILL $$`
    const left: [Fault, string][] = [
      [afterCommand('fetch', 'git fetch', kill), ''],
      [atEndOf('activate', kill), '.probe'],
    ]
    for (const [fault, suffix] of left) {
      const { run, releaseId } = stage.begin(project, { fault })
      assert.containSubset(await run.result, { code: 137 })
      assert.include(inMemory(), `${releaseId}${suffix}`)
    }
    stage.host.inside(['install', '-d', '-g', 'www-data', '/run/muster/01OTHER'])
    const { outcome, releaseId } = await stage.deploy(project)
    assert.equal(outcome, 'live')
    assert.deepEqual(inMemory(), ['01OTHER'])
    stage.host.inside(['rmdir', '/run/muster/01OTHER'])
    await assertInvariants(stage, project, releaseId)
  })
})
