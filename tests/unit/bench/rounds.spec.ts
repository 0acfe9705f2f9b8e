import { test } from '@japa/runner'
import { inTurns } from '../../../bench/rounds.js'

test.group('Rounds of the benchmarks', () => {
  test('each runs once a round, in another order each time, and the first does not count', async ({
    assert,
  }) => {
    const order: string[] = []
    const contestant = (name: string) => async () => order.push(name)
    const results = await inTurns({ a: contestant('a'), b: contestant('b'), c: contestant('c') }, 2)
    assert.equal(order.join(''), 'abcbcacab')
    assert.deepEqual(results, { a: [6, 8], b: [4, 9], c: [5, 7] })
  })

  test('what one left behind is waited for before the next', async ({ assert }) => {
    const events: string[] = []
    const settle = async () => void events.push('settled')
    const run = async () => void events.push('ran')
    await inTurns({ one: run, other: run }, 1, settle)
    assert.deepEqual(events, Array.from({ length: 4 }, () => ['settled', 'ran']).flat())
  })

  test('a contestant that fails ends the contest', async ({ assert }) => {
    const fails = async () => {
      throw new Error('no answer')
    }
    await assert.rejects(() => inTurns({ fails }, 3), 'no answer')
  })
})
