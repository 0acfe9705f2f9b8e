import { test } from '@japa/runner'
import { decide, SILENCE_MS, type Place, type Standing } from '#app/deployments/decide'

const place = (position: number, values: Partial<Place> = {}): Place => ({
  position,
  name: `web-${position + 1}`,
  state: 'running',
  note: null,
  at: null,
  silentMs: 0,
  returns: false,
  canReturn: true,
  ...values,
})

const standing = (places: Partial<Place>[], values: Partial<Standing> = {}): Standing => ({
  rollout: 'together',
  phase: 'build',
  cancelled: false,
  commitKnown: true,
  batch: 1,
  onFailure: 'stay',
  places: places.map((one, position) => place(position, one)),
  ...values,
})

const waiting = { state: 'waiting' } as const
const ready = { at: 'ready' } as const
const commit = { at: 'commit' } as const
const failed = { state: 'failed', note: 'failed at “Build”' } as const

test.group('Deciding over servers that switch together', () => {
  test('the first begins alone, and the others when it has found the commit', ({ assert }) => {
    const unknown = { commitKnown: false }
    assert.deepEqual(decide(standing([waiting, waiting, waiting], unknown)), {
      kind: 'begin',
      positions: [0],
    })
    assert.deepEqual(decide(standing([{}, waiting, waiting], unknown)), { kind: 'wait' })
    assert.deepEqual(decide(standing([{}, waiting, waiting])), {
      kind: 'begin',
      positions: [1, 2],
    })
  })

  test('with a known commit all begin at once', ({ assert }) => {
    assert.deepEqual(decide(standing([waiting, waiting])), { kind: 'begin', positions: [0, 1] })
  })

  test('all switch when all are ready, and not before', ({ assert }) => {
    assert.deepEqual(decide(standing([ready, {}, ready])), { kind: 'wait' })
    assert.deepEqual(decide(standing([ready, ready, waiting], { commitKnown: false })), {
      kind: 'wait',
    })
    assert.deepEqual(decide(standing([ready, ready])), {
      kind: 'phase',
      phase: 'switch',
      reason: null,
    })
  })

  test('one that fails before stops all, and those that have not begun never do', ({ assert }) => {
    assert.deepEqual(decide(standing([ready, failed, {}])), {
      kind: 'phase',
      phase: 'stop',
      reason: 'web-2 failed at “Build”',
    })
    assert.deepEqual(decide(standing([failed, waiting], { phase: 'stop' })), {
      kind: 'skip',
      reason: 'web-1 failed at “Build”',
    })
    assert.deepEqual(decide(standing([failed, { state: 'skipped' }], { phase: 'stop' })), {
      kind: 'end',
    })
  })

  test('all keep the release when all serve it; one that fails takes all back', ({ assert }) => {
    const phase = 'switch'
    assert.deepEqual(decide(standing([commit, {}], { phase })), { kind: 'wait' })
    assert.deepEqual(decide(standing([commit, commit], { phase })), {
      kind: 'phase',
      phase: 'commit',
      reason: null,
    })
    const back = { state: 'rolled_back', note: 'failed at “Verify”' } as const
    assert.deepEqual(decide(standing([commit, back], { phase })), {
      kind: 'phase',
      phase: 'revert',
      reason: 'web-2 failed at “Verify”',
    })
  })

  test('one that is silent is waited for, but not for ever', ({ assert }) => {
    for (const [phase, at, next] of [
      ['build', ready, 'stop'],
      ['switch', commit, 'revert'],
    ] as const) {
      assert.deepEqual(decide(standing([at, { ...at, silentMs: 1 }], { phase })), { kind: 'wait' })
      const silent = { silentMs: SILENCE_MS + 1 }
      assert.deepEqual(decide(standing([at, silent], { phase })), {
        kind: 'phase',
        phase: next,
        reason: 'web-2 does not answer',
      })
      // While another one still works, nobody loses by waiting.
      assert.deepEqual(decide(standing([at, silent, {}], { phase })), { kind: 'wait' })
    }
  })

  test('what was decided stays decided', ({ assert }) => {
    for (const phase of ['commit', 'stop', 'revert'] as const) {
      assert.deepEqual(decide(standing([commit, failed], { phase })), { kind: 'wait' })
      assert.deepEqual(decide(standing([commit, commit], { phase, cancelled: true })), {
        kind: 'wait',
      })
    }
  })

  test('cancelled, nobody switches, and who did goes back', ({ assert }) => {
    const reason = 'it was cancelled'
    assert.deepEqual(decide(standing([ready, ready], { cancelled: true })), {
      kind: 'phase',
      phase: 'stop',
      reason,
    })
    assert.deepEqual(decide(standing([commit, {}], { phase: 'switch', cancelled: true })), {
      kind: 'phase',
      phase: 'revert',
      reason,
    })
  })
})

test.group('Deciding over servers that go one after another', () => {
  const rolling = { rollout: 'rolling', phase: null } as const
  const live = { state: 'live' } as const

  test('so many at a time begin, the first alone until the commit is known', ({ assert }) => {
    const values = { ...rolling, batch: 2 }
    const all = [waiting, waiting, waiting]
    assert.deepEqual(decide(standing(all, { ...values, commitKnown: false })), {
      kind: 'begin',
      positions: [0],
    })
    assert.deepEqual(decide(standing(all, values)), { kind: 'begin', positions: [0, 1] })
    assert.deepEqual(decide(standing([{}, {}, waiting], values)), { kind: 'wait' })
    assert.deepEqual(decide(standing([live, {}, waiting], values)), {
      kind: 'begin',
      positions: [2],
    })
  })

  test('nobody begins after one that failed, and those done stay or go back', ({ assert }) => {
    assert.deepEqual(decide(standing([live, failed, waiting], rolling)), {
      kind: 'skip',
      reason: 'web-2 failed at “Build”',
    })
    const stopped = [live, failed, { state: 'skipped' } as const]
    assert.deepEqual(decide(standing(stopped, rolling)), { kind: 'end' })
    const back = { ...rolling, onFailure: 'return' } as const
    assert.deepEqual(decide(standing(stopped, back)), { kind: 'return', positions: [0] })
    const first = [{ ...live, canReturn: false }, failed]
    assert.deepEqual(decide(standing(first, back)), { kind: 'end' })
    const tried = [{ ...live, returns: true, note: 'could not go back' }, failed]
    assert.deepEqual(decide(standing(tried, back)), { kind: 'end' })
    assert.deepEqual(decide(standing(stopped, { ...back, cancelled: true })), { kind: 'end' })
  })
})

test.group('Deciding over one server', () => {
  test('it begins and ends', ({ assert }) => {
    const one = { rollout: null, phase: null, commitKnown: false }
    assert.deepEqual(decide(standing([waiting], one)), { kind: 'begin', positions: [0] })
    assert.deepEqual(decide(standing([{}], one)), { kind: 'wait' })
    assert.deepEqual(decide(standing([failed], one)), { kind: 'end' })
  })
})
