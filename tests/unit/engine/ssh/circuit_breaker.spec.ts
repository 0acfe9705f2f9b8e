import { test } from '@japa/runner'
import { CircuitBreaker } from '#engine/ssh/circuit_breaker'
import { RemoteError, type RemoteErrorCode } from '#engine/ssh/errors'

const failure = (code: RemoteErrorCode) => new RemoteError(code, `${code} happened.`, 'Look there.')

test.group('CircuitBreaker', (group) => {
  let now = 0
  let random = 0.5
  let breaker: CircuitBreaker

  group.each.setup(() => {
    now = 0
    random = 0.5
    breaker = new CircuitBreaker(
      () => now,
      () => random
    )
  })

  /** How long it refuses from now on, in milliseconds. */
  function pause(): number {
    const start = now
    while (breaker.open) now += 100
    return now - start
  }

  test('opens after three failures in a row to reach the server', ({ assert }) => {
    for (const code of ['E_CONNECT', 'E_TIMEOUT'] as const) {
      breaker.failed(failure(code))
      assert.isUndefined(breaker.refusal)
    }
    breaker.failed(failure('E_CONNECT'))
    assert.equal(breaker.refusal?.code, 'E_CONNECT')
    assert.equal(
      breaker.refusal?.message,
      'E_CONNECT happened. It is not tried again by itself for 15 s.'
    )
    assert.equal(breaker.refusal?.hint, 'Look there.')
  })

  test('a success in between starts the count again', ({ assert }) => {
    for (const act of ['failed', 'failed', 'succeeded', 'failed', 'failed'] as const) {
      if (act === 'failed') breaker.failed(failure('E_CONNECT'))
      else breaker.succeeded()
    }
    assert.isFalse(breaker.open)
  })

  test('each further failure doubles the pause, from 15 s up to 5 min', ({ assert }) => {
    breaker.failed(failure('E_CONNECT'))
    breaker.failed(failure('E_CONNECT'))
    const pauses = Array.from({ length: 7 }, () => {
      breaker.failed(failure('E_CONNECT'))
      return pause() / 1000
    })
    assert.deepEqual(pauses, [15, 30, 60, 120, 240, 300, 300])
  })

  test('pauses differ by up to a fifth, so that servers are not tried all at once', ({
    assert,
  }) => {
    const pauses = [0, 0.25, 0.999].map((value) => {
      random = value
      breaker.reset()
      for (let count = 0; count < 5; count++) breaker.failed(failure('E_CONNECT'))
      return Math.round(pause() / 1000)
    })
    assert.deepEqual(pauses, [48, 54, 72])
  })

  test('a refused credential pauses for 10 min at once', ({ assert }) => {
    breaker.failed(failure('E_AUTH'))
    assert.equal(breaker.refusal?.code, 'E_AUTH')
    assert.equal(pause(), 600_000)
  })

  test('a host key that does not match stays refused until reset', ({ assert }) => {
    breaker.failed(failure('E_HOST_KEY'))
    now += 1e12
    assert.equal(breaker.refusal?.code, 'E_HOST_KEY')
    assert.include(breaker.refusal?.message ?? '', 'until someone has confirmed')
    breaker.reset()
    assert.isFalse(breaker.open)
  })

  test('other errors do not count', ({ assert }) => {
    for (let count = 0; count < 5; count++) breaker.failed(failure('E_COMMAND_FAILED'))
    assert.isFalse(breaker.open)
  })

  test('holds back by an error of the caller until it is reset', ({ assert }) => {
    breaker.hold(failure('E_CONNECT'))
    now += 365 * 86_400_000
    assert.equal(breaker.refusal?.message, 'E_CONNECT happened.')
    breaker.hold(failure('E_HOST_KEY'))
    assert.include(breaker.refusal!.message, 'until someone has confirmed the host key')
    breaker.reset()
    assert.isFalse(breaker.open)
  })
})
