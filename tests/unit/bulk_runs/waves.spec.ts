import { test } from '@japa/runner'
import { decide, waveOf, type Pace, type WaveCount } from '#app/bulk_runs/waves'

const pace = (values: Partial<Pace> = {}): Pace => ({
  ...{ canary: 0, waveSize: 0, concurrency: 10, stopAfter: 0 },
  ...values,
})

const wave = (number: number, counts: Partial<WaveCount>): WaveCount => ({
  ...{ wave: number, waiting: 0, running: 0, succeeded: 0, failed: 0 },
  ...counts,
})

test.group('The wave of a target', () => {
  const waves = (values: Partial<Pace>) =>
    Array.from({ length: 7 }, (_, position) => waveOf(position, pace(values)))

  test('is the first for all without canary and waves', ({ assert }) => {
    assert.deepEqual(waves({}), [0, 0, 0, 0, 0, 0, 0])
  })

  test('is after the canary for the others', ({ assert }) => {
    assert.deepEqual(waves({ canary: 2 }), [0, 0, 1, 1, 1, 1, 1])
    assert.deepEqual(waves({ canary: 1, waveSize: 3 }), [0, 1, 1, 1, 2, 2, 2])
  })

  test('changes with the size of the waves', ({ assert }) => {
    assert.deepEqual(waves({ waveSize: 3 }), [0, 0, 0, 1, 1, 1, 2])
  })
})

test.group('What a bulk run does next', () => {
  test('begins as many as may run at once', ({ assert }) => {
    assert.deepEqual(decide([wave(0, { waiting: 50 })], pace()), {
      ...{ kind: 'start', wave: 0, count: 10 },
    })
    assert.deepEqual(decide([wave(0, { waiting: 50, running: 7 })], pace()), {
      ...{ kind: 'start', wave: 0, count: 3 },
    })
    assert.deepEqual(decide([wave(0, { waiting: 50, running: 10 })], pace()), { kind: 'wait' })
    assert.deepEqual(decide([wave(0, { waiting: 2, running: 1 })], pace()), {
      ...{ kind: 'start', wave: 0, count: 2 },
    })
  })

  test('holds a wave back until the one before has ended', ({ assert }) => {
    const waiting = wave(1, { waiting: 5 })
    assert.deepEqual(decide([wave(0, { running: 1 }), waiting], pace()), { kind: 'wait' })
    assert.deepEqual(decide([waiting, wave(0, {})], pace()), {
      ...{ kind: 'start', wave: 1, count: 5 },
    })
  })

  test('begins nothing after a canary that failed, even while another canary runs', ({
    assert,
  }) => {
    const counts = [wave(0, { failed: 1, running: 1 }), wave(1, { waiting: 5 })]
    assert.deepEqual(decide(counts, pace({ canary: 2 })), { kind: 'stop', reason: 'canary' })
    assert.deepEqual(decide(counts, pace()), { kind: 'wait' })
  })

  test('stops at the given number of failures, and not before', ({ assert }) => {
    const counts = (failed: number) => [wave(0, { failed, waiting: 5 })]
    assert.equal(decide(counts(2), pace({ stopAfter: 3 })).kind, 'start')
    assert.deepEqual(decide(counts(3), pace({ stopAfter: 3 })), {
      ...{ kind: 'stop', reason: 'failures' },
    })
    assert.equal(decide(counts(4), pace()).kind, 'start')
  })

  test('counts failures of all waves together', ({ assert }) => {
    const counts = [wave(0, { failed: 1 }), wave(1, { failed: 1, waiting: 3 })]
    assert.equal(decide(counts, pace({ stopAfter: 2 })).kind, 'stop')
  })

  test('ends when nothing waits and nothing runs', ({ assert }) => {
    assert.deepEqual(decide([wave(0, { failed: 3 })], pace({ stopAfter: 1 })), { kind: 'end' })
    assert.deepEqual(decide([wave(0, { running: 1 })], pace()), { kind: 'wait' })
    assert.deepEqual(decide([], pace()), { kind: 'end' })
  })

  test('stops when nothing is left of the canary to prove anything', ({ assert }) => {
    const waiting = wave(1, { waiting: 5 })
    const stop = { kind: 'stop', reason: 'canary' }
    assert.deepEqual(decide([waiting], pace({ canary: 1 })), stop)
    assert.deepEqual(decide([wave(0, {}), waiting], pace({ canary: 1 })), stop)
    const held = wave(0, { succeeded: 1 })
    assert.deepEqual(decide([held, waiting], pace({ canary: 2 })), {
      ...{ kind: 'start', wave: 1, count: 5 },
    })
  })
})
