import { test } from '@japa/runner'
import { render } from '#engine/shell/render'
import { RemotePool } from '#engine/ssh/remote_pool'
import { installPackages } from '#engine/system/apt'
import { createFleet } from '#tests/fleet/fleet'
import { runToEnd } from '#tests/engine/detached/run_of'
import { targetOf } from '#tests/engine/ssh/target_of'

/** What an update of the C library does to all that runs, and what needrestart(1) does then. */
const UPDATE = `
library=$(readlink -f /lib/x86_64-linux-gnu/libc.so.6)
cp -p "$library" "$library.new"
mv "$library.new" "$library"
NEEDRESTART_MODE=a needrestart
echo 'The update goes on.'
`

test.group('Updates on a server with needrestart', (group) => {
  const fleet = createFleet({ image: 'base' })
  const pool = new RemotePool()

  group.setup(async () => {
    await fleet.start(1)
    await fleet.hosts[0].systemState()
    return async () => {
      pool.close()
      await fleet.stop()
    }
  })

  test('restart neither the run that updates nor what was deployed', async ({ assert }) => {
    const [host] = fleet.hosts
    const remote = pool.remote(targetOf(host))
    const install = await runToEnd(remote, render(installPackages(['needrestart'])))
    assert.containSubset(install.result, { state: 'finished', code: 0 }, install.log)

    const units = ['muster-shop-a', 'muster-shop.worker.1', 'other']
    for (const unit of units) {
      host.inside(['systemd-run', '--quiet', `--unit=${unit}`, 'sleep', 'infinity'])
    }
    const processes = () =>
      units.map((unit) => host.inside(['systemctl', 'show', '-P', 'MainPID', unit]).trim())
    const before = processes()
    const { result, log } = await runToEnd(remote, UPDATE)
    assert.containSubset(result, { state: 'finished', code: 0 }, log)
    assert.include(log, 'The update goes on.')
    const [shop, worker, other] = processes()
    assert.deepEqual([shop, worker], before.slice(0, 2))
    assert.notEqual(other, before[2], log)
  }).timeout(240_000)
})
