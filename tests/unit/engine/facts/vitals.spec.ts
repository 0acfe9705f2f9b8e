import { test } from '@japa/runner'
import { parseVitals, readVitals } from '#engine/facts/vitals'
import { FakeRemote } from '#engine/testing/fake_remote'

const ANSWER = `load 0.52 1.05 2.00 3/412 9120
MemTotal: 4028412
MemAvailable: 3021108
SwapTotal: 0
SwapFree: 0
`

test.group('vitals', () => {
  test('are read from an answer', async ({ assert }) => {
    const remote = new FakeRemote().on(/loadavg/, { stdout: ANSWER })
    assert.deepEqual(await readVitals(remote), {
      load: [0.52, 1.05, 2],
      memory: { totalBytes: 4028412 * 1024, availableBytes: 3021108 * 1024 },
      swap: { totalBytes: 0, freeBytes: 0 },
    })
  })

  test('have their form whatever a server says', ({ assert }) => {
    for (const answer of [
      '',
      'load',
      'load x NaN 1e9',
      'MemTotal: -5\nMemAvailable: 1e400',
      '\0\n\n  ',
    ]) {
      const { load, memory, swap } = parseVitals(answer)
      assert.deepEqual(load, [0, 0, 0])
      assert.deepEqual(memory, { totalBytes: 0, availableBytes: 0 })
      assert.deepEqual(swap, { totalBytes: 0, freeBytes: 0 })
    }
  })
})
