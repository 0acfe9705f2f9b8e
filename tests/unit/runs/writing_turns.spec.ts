import { test } from '@japa/runner'
import { WritingTurns } from '#app/runs/worker/writing_turns'

test.group('Turns of runs that write their output', () => {
  test('come soon for one run that prints now and then', ({ assert }) => {
    const turns = new WritingTurns()
    assert.deepEqual(
      [0, 100, 200].map((now) => turns.take(now)),
      [40, 40, 40]
    )
  })

  test('are apart for many that print at once, and nobody waits for ever', ({ assert }) => {
    const turns = new WritingTurns()
    const waits = Array.from({ length: 512 }, () => turns.take(0))
    assert.deepEqual(waits.slice(0, 3), [40, 45, 50])
    assert.equal(Math.max(...waits), 1_000)
    assert.equal(turns.take(900), 105)
    assert.equal(turns.take(5_000), 40)
  })
})
