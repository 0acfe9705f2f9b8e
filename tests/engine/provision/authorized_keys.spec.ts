import { test } from '@japa/runner'
import { compileKeyPlan, installKey } from '#engine/keys/key_plans'
import { createNonce } from '#engine/detached/nonce'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { RemotePool } from '#engine/ssh/remote_pool'
import { createFleet } from '#tests/fleet/fleet'
import { runToEnd } from '#tests/engine/detached/run_of'
import { targetOf } from '#tests/engine/ssh/target_of'

test.group('Keys of users of a server', (group) => {
  const fleet = createFleet()
  const pool = new RemotePool()
  group.setup(async () => {
    await fleet.start(1)
    return async () => {
      pool.close()
      await fleet.stop()
    }
  })

  test('two that are put there at once both get in where there was no ~/.ssh', async ({
    assert,
  }) => {
    const host = fleet.host('web-1')
    host.inside(['useradd', '--create-home', 'ada'])
    // Whoever looks finds nothing yet, and then somebody else has made it.
    host.writeFile(
      '/usr/local/bin/mkdir',
      '#!/bin/sh\nsleep 1\ncase $* in (*/.ssh) echo tried >> /home/ada/tried ;; esac\nexec /bin/mkdir "$@"\n',
      { mode: '755' }
    )
    const remote = pool.remote(targetOf(host))
    const keys = ['one', 'two', 'three'].map((name) => generateKeyPair(name).publicKey)
    const runs = await Promise.all(
      keys.map((publicKey) => {
        const nonce = createNonce()
        return runToEnd(remote, compileKeyPlan(installKey({ user: 'ada', publicKey }), { nonce }))
      })
    )
    for (const { result, log } of runs) {
      assert.containSubset(result, { state: 'finished', code: 0 }, log)
    }
    const lines = (path: string) => host.inside(['cat', path]).trim().split('\n')
    assert.isAbove(lines('/home/ada/tried').length, 1)
    assert.sameMembers(
      lines('/home/ada/.ssh/authorized_keys'),
      keys.map((key) => key.trim())
    )
    const modes = ['stat', '-c', '%U %a', '/home/ada/.ssh', '/home/ada/.ssh/authorized_keys']
    assert.equal(host.inside(modes), 'ada 700\nada 600\n')
  })
})
