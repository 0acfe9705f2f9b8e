import { test } from '@japa/runner'
import { once, percentile, ratios, slope, summarize } from '../../../bench/statistics.js'

test.group('Statistics of the benchmarks', () => {
  test('the median of an odd number of values is the middle one', ({ assert }) => {
    assert.deepEqual(summarize([9, 1, 5]), { median: 5, min: 1, max: 9, count: 3 })
  })

  test('the median of an even number of values lies between the middle two', ({ assert }) => {
    assert.equal(summarize([4, 1, 2, 3]).median, 2.5)
  })

  test('values are compared as numbers and left in their order', ({ assert }) => {
    const values = [100, 9, 20]
    assert.equal(summarize(values).median, 20)
    assert.deepEqual(values, [100, 9, 20])
  })

  test('a percentile is the value that the share of all does not exceed', ({ assert }) => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
    assert.equal(percentile(hundred, 0.5), 50)
    assert.equal(percentile(hundred, 0.95), 95)
    assert.equal(percentile(hundred, 1), 100)
    assert.equal(percentile([7], 0.95), 7)
  })

  test('there is no median of nothing', ({ assert }) => {
    assert.throws(() => summarize([]), RangeError)
    assert.throws(() => percentile([], 0.5), RangeError)
  })

  test('one value is its own spread', ({ assert }) => {
    assert.deepEqual(once(3), { median: 3, min: 3, max: 3, count: 1 })
  })

  test('rounds are compared in pairs, so that a slow round spoils no other', ({ assert }) => {
    const loaded = ratios([1, 10, 1], [2, 20, 2])
    assert.deepEqual(loaded, [0.5, 0.5, 0.5])
    assert.throws(() => ratios([1, 2], [1]), RangeError)
  })

  test('a slope is what is left when what goes up and down cancels out', ({ assert }) => {
    const line = [0, 1, 2, 3].map((x) => ({ x, y: 7 + 3 * x }))
    assert.approximately(slope(line), 3, 1e-9)
    const flat = [5, 9, 5, 9, 5].map((y, x) => ({ x, y }))
    assert.approximately(slope(flat), 0, 1e-9)
    assert.isBelow(slope([4, 2, 1].map((y, x) => ({ x, y }))), 0)
  })

  test('there is no slope through one place', ({ assert }) => {
    assert.throws(() => slope([]), RangeError)
    assert.throws(() => slope([{ x: 1, y: 1 }]), RangeError)
    assert.throws(
      () =>
        slope([
          { x: 2, y: 1 },
          { x: 2, y: 9 },
        ]),
      RangeError
    )
  })
})
