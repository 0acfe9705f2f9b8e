import { test } from '@japa/runner'
import { GIVE_UP_MS, nextAttemptAt } from '#app/notifications/attempts'

const HOUR = 60 * 60_000

test.group('Attempts at a message', () => {
  test('come soon at first, then every hour, and end after a day', ({ assert }) => {
    const gaps: number[] = []
    for (let now = 0, attempts = 1; attempts < 100; attempts++) {
      const next = nextAttemptAt(attempts, 0, now)
      if (next === null) break
      gaps.push(next - now)
      now = next
    }
    assert.isAtMost(gaps[0], 10_000)
    assert.deepEqual(
      gaps,
      gaps.toSorted((one, other) => one - other)
    )
    assert.equal(gaps.at(-1), HOUR)
    const all = gaps.reduce((sum, gap) => sum + gap, 0)
    assert.isAtMost(all, GIVE_UP_MS)
    assert.isAbove(all, GIVE_UP_MS - HOUR)
  })
})
