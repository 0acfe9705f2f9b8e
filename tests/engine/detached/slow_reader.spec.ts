import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { ulid } from 'ulid'
import { follow } from '#engine/detached/follow'
import { sh } from '#engine/shell/command'
import { RemotePool } from '#engine/ssh/remote_pool'
import { createFleet } from '#tests/fleet/fleet'
import { RunUnderWay } from '#tests/engine/detached/run_of'
import { targetOf } from '#tests/engine/ssh/target_of'

const MEBIBYTE = 1024 * 1024

test.group('A run with more output than its reader takes', (group) => {
  const fleet = createFleet()
  const pool = new RemotePool()

  group.setup(async () => {
    await fleet.start(1)
    await fleet.host('web-1').systemState()
    return async () => {
      await pool.close()
      await fleet.stop()
    }
  })

  test('T11: 2 GB of output end in their own time while the reader still reads, in little memory', async ({
    assert,
  }) => {
    const host = fleet.host('web-1')
    const remote = pool.remote(targetOf(host))
    const logCapBytes = 40 * MEBIBYTE
    await new RunUnderWay(remote, 'yes | head -c 60000000', { logCapBytes }).result
    const id = ulid()
    const before = process.memoryUsage().rss
    let most = 0
    let slow = true
    let length = 0
    let last = ''
    const run = new RunUnderWay(remote, 'yes | head -c 2147483648; exit 3', {
      id,
      logCapBytes,
      onLog: async (chunk) => {
        length += chunk.length
        last = (last + chunk.toString('latin1')).slice(-200)
        run.chunks.length = 0
        most = Math.max(most, process.memoryUsage().rss)
        if (slow) await sleep(50)
      },
    })
    const ended = `/var/lib/muster/runs/${id}/rc`
    await host.insideAsync(['sh', '-c', `until [ -s ${ended} ]; do sleep 0.1; done`])
    assert.isBelow(length, 20 * MEBIBYTE)
    slow = false
    const result = await run.result
    assert.equal(result.state, 'finished', JSON.stringify(result))
    assert.containSubset(result, { state: 'finished', code: 3, facts: { truncated: true } })
    assert.include(last, 'The log is full')
    assert.isBelow(length, 41 * MEBIBYTE)
    assert.isBelow(most - before, 64 * MEBIBYTE)
  }).timeout(180_000)

  test('T11: what its reader is done with is freed at once, not when garbage is collected', async ({
    assert,
  }) => {
    const remote = pool.remote(targetOf(fleet.host('web-1')))
    await remote.mustRun(sh`true`)
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    let length = 0
    const result = await follow(remote, {
      id: ulid(),
      fence: 1,
      body: 'head -c 100000000 /dev/zero',
      onLog: (chunk) => {
        length += chunk.length
        most = Math.max(most, process.memoryUsage().arrayBuffers)
      },
    })
    assert.containSubset(result, { state: 'finished', code: 0 })
    assert.equal(length, 100_000_000)
    assert.isBelow(most - before, 24 * MEBIBYTE)
  }).timeout(60_000)

  test('T11: 2 GB straight through an exec are all read, and memory does not grow with them', async ({
    assert,
  }) => {
    const remote = pool.remote(targetOf(fleet.host('web-1')))
    const peaks: number[] = []
    let seen = 0
    for (let part = 0; part < 4; part++) {
      let most = 0
      await remote.mustRun(sh`head -c 536870912 /dev/zero`, {
        onOutput: (chunk) => {
          seen += chunk.length
          most = Math.max(most, process.memoryUsage.rss())
        },
      })
      peaks.push(most)
    }
    assert.equal(seen, 2_147_483_648)
    assert.isBelow(peaks[3] - peaks[0], 64 * MEBIBYTE)
  }).timeout(180_000)
})
