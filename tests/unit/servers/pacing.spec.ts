import { test } from '@japa/runner'
import { nextCheckAfter } from '#app/servers/pacing'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** The pause at the shortest and at the longest that chance makes it. */
const pauses = (status: Parameters<typeof nextCheckAfter>[0], failures: number) =>
  [0, 0.999_999].map((random) => nextCheckAfter(status, failures, 0, () => random))

test.group('When a server is looked at again', () => {
  test('is a minute later while it answers', ({ assert }) => {
    for (const pause of pauses('reachable', 0)) assert.closeTo(pause!, MINUTE, 3 * SECOND)
  })

  test('is 15 s after it fell silent, then later and later, up to 5 min', ({ assert }) => {
    const expected = [15, 30, 60, 120, 240, 300, 300, 300]
    for (const [index, seconds] of expected.entries()) {
      for (const pause of pauses('unreachable', index + 1)) {
        assert.isAtLeast(pause!, 15 * SECOND)
        assert.isAtMost(pause!, 5 * MINUTE)
        assert.closeTo(pause!, seconds * SECOND, seconds * 0.21 * SECOND)
      }
    }
    assert.isAtMost(nextCheckAfter('unreachable', 10_000, 0)!, 5 * MINUTE)
  })

  test('differs between servers that fell silent together', ({ assert }) => {
    const [soonest, latest] = pauses('unreachable', 4)
    assert.isAbove(latest! - soonest!, 30 * SECOND)
  })

  test('T10: is no sooner than 10 min after it refused the login', ({ assert }) => {
    for (const failures of [1, 2, 50]) {
      for (const pause of pauses('auth_failed', failures)) {
        assert.isAtLeast(pause!, 10 * MINUTE)
        assert.isAtMost(pause!, 11 * MINUTE)
      }
    }
  })

  test('T6: is never after its host key changed, before a person has acted', ({ assert }) => {
    assert.isNull(nextCheckAfter('host_key_changed', 1))
    assert.isNull(nextCheckAfter('unconfirmed', 0))
  })
})
