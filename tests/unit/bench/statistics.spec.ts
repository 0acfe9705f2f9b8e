import { test } from '@japa/runner'
import { once, percentile, summarize } from '../../../bench/statistics.js'

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
})
