import { test } from '@japa/runner'
import { type DeployProject } from '#engine/deploy/input'
import { planRemoval } from '#engine/deploy/remove_project'
import { DEFAULT_SETTINGS, type ProcessSettings } from '#engine/processes/settings'
import { DeployStage } from '#tests/engine/deploy/deploy_stage'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { nodeApp } from '#tests/engine/deploy/node_app'
import { failures, RequestLoop } from '#tests/engine/deploy/request_loop'

test.group('What a project leaves', (group) => {
  const stage = new DeployStage()
  group.tap((each) => each.timeout(120_000))
  group.setup(() => stage.open({ name: 'web-1' }, ['work-1']))

  const worker: ProcessSettings = {
    ...DEFAULT_SETTINGS,
    ...{ name: 'worker', command: 'exec sleep 1000', graceSeconds: 2 },
  }

  const app = (slug: string, changes: Partial<DeployProject> = {}) =>
    stage.project({
      ...{ slug, runtime: 'process', startCommand: 'node server.js', processes: [worker] },
      ...changes,
    })

  /** Whatever bears the name of a project on a server, and nobody else's. */
  function traces({ slug, unixUser }: DeployProject, on = 'web-1'): string[] {
    const look = `ls -d /srv/muster/$1 /etc/nginx/conf.d/muster-$1.* /run/muster-$1-[ab] 2>/dev/null
cd /etc/systemd/system
find . -name 'muster-*' | grep -E "/muster-$1(-[ab]([.][0-9]+)?|[.].*)[.](service|socket)$" | sort
getent passwd "$2" | cut -d : -f 1; getent group "$2" | cut -d : -f 1; pgrep -u "$2" 2>/dev/null; true`
    const found = stage.fleet.host(on).inside(['sh', '-c', look, 'sh', slug, unixUser])
    return found.split('\n').filter(Boolean)
  }

  const remove = ({ id, slug, unixUser }: DeployProject, on = 'web-1') =>
    stage.run(planRemoval({ id, slug, unixUser }), on)

  const isActive = (unit: string) =>
    stage.host.inside(['sh', '-c', `systemctl is-active ${unit} || true`]).trim()

  test('a server that only works from now on serves the site no more, and its workers run', async ({
    assert,
  }) => {
    const project = app('turned')
    await stage.git.publish('turned', nodeApp('one'), 'one')
    assert.equal(await stage.outcome(project), 'live')
    await stage.git.publish('turned', nodeApp('two'), 'two')
    const turned = await stage.deploy(project, { role: 'worker' })
    assert.equal(turned.outcome, 'live', turned.log)
    const files = traces(project).filter((path) => /nginx|-[ab]\.|-[ab]$/.test(path))
    assert.deepEqual(files, [])
    assert.equal(isActive('muster-turned.worker.1'), 'active')
    const { body, status } = await stage.visit(project)
    assert.isFalse(status === 200 && ['one', 'two'].includes(body))
    const current = ['readlink', '/srv/muster/turned/current']
    assert.equal(stage.host.inside(current).trim(), `releases/${turned.releaseId}`)

    const back = await stage.deploy(project)
    assert.equal(back.outcome, 'live', back.log)
    assert.equal(await stage.body(project), 'two')
    await assertInvariants(stage, project, back.releaseId)
  })

  test('a removed project is gone with its user, units and files, and one of a like name serves on', async ({
    assert,
  }) => {
    const project = app('shop')
    const others = [app('shop-a'), app('shop-a-b')]
    for (const each of [project, ...others]) {
      await stage.git.publish(each.slug, nodeApp(each.slug), 'one')
      assert.equal(await stage.outcome(each), 'live')
    }
    const before = others.map((each) => traces(each))
    const loops = others.map((each) => new RequestLoop(stage.host.address, each))
    const { outcome, log } = await remove(project)
    assert.equal(outcome, 'succeeded', log)
    assert.deepEqual(traces(project), [])
    for (const loop of loops) assert.isEmpty(failures(await loop.stop()))
    assert.deepEqual(
      others.map((each) => traces(each)),
      before
    )
    assert.equal((await remove(project)).outcome, 'succeeded')
    const stranger = await remove({ ...others[0], id: 'somebody-else' })
    assert.equal(stranger.outcome, 'failed')
    assert.equal(await stage.body(others[0]), 'shop-a')
  })

  test('a php project is removed with its sockets', async ({ assert }) => {
    const found = stage.host.inside(['sh', '-c', 'ls /usr/sbin/php-fpm*'])
    const [, phpVersion] = /php-fpm(\d+\.\d+)/.exec(found)!
    const project = app('phpshop', { runtime: 'php', startCommand: null, phpVersion })
    await stage.git.publish('phpshop', { 'index.php': `<?php echo 'php';` }, 'one')
    assert.equal(await stage.outcome(project), 'live')
    assert.equal((await remove(project)).outcome, 'succeeded')
    assert.deepEqual(traces(project), [])
    const units = stage.host.inside(['systemctl', 'list-units', '--all', '--plain', '--no-legend'])
    assert.notInclude(units, 'phpshop')
  })

  test('on a server without nginx a project works, and is removed', async ({ assert }) => {
    const host = stage.fleet.host('work-1')
    host.inside(['sh', '-c', 'systemctl disable --now nginx; rm -r /usr/sbin/nginx /etc/nginx'])
    const project = app('nosite')
    await stage.git.publish('nosite', nodeApp('one'), 'one')
    const { outcome, log } = await stage.deploy(project, { role: 'worker', on: 'work-1' })
    assert.equal(outcome, 'live', log)
    assert.include(host.inside(['systemctl', 'is-active', 'muster-nosite.worker.1']), 'active')
    const removed = await remove(project, 'work-1')
    assert.equal(removed.outcome, 'succeeded', removed.log)
    assert.deepEqual(traces(project, 'work-1'), [])
  })
})
