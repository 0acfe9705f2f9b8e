import { test } from '@japa/runner'
import { once, summarize } from '../../../bench/statistics.js'
import { meetsGoal, renderTable } from '../../../bench/table.js'

test.group('Table of the benchmarks', () => {
  test('columns are aligned and goals are judged by the median', ({ assert }) => {
    const table = renderTable([
      { what: 'first line', unit: 'ms', value: summarize([120, 480, 900]), goal: 500 },
      { what: 'memory', unit: 'MiB', value: once(212.4), goal: 180, note: 'once' },
      { what: 'start', unit: 's', value: once(0.614) },
    ])
    assert.deepEqual(table.split('\n'), [
      '            median  min..max  unit    goal',
      'first line     480  120..900  ms    <= 500  met, n=3',
      'memory         212            MiB   <= 180  MISSED, once',
      'start         0.61            s',
    ])
  })

  test('a goal of zero is met by zero only', ({ assert }) => {
    const failed = (count: number) => ({ what: '', unit: '', value: once(count), goal: 0 })
    assert.isTrue(meetsGoal(failed(0)))
    assert.isFalse(meetsGoal(failed(1)))
    assert.isUndefined(meetsGoal({ what: '', unit: '', value: once(1) }))
  })

  test('a floor is met from above and missed below', ({ assert }) => {
    const rate = (value: number) => ({ what: 'rate', unit: 'x', value: once(value), floor: 0.8 })
    assert.isTrue(meetsGoal(rate(0.8)))
    assert.isFalse(meetsGoal(rate(0.79)))
    assert.deepEqual(renderTable([rate(1.25)]).split('\n'), [
      '      median  min..max  unit     goal',
      'rate    1.25            x     >= 0.80  met',
    ])
  })

  test('what is small keeps digits that matter', ({ assert }) => {
    const [, line] = renderTable([{ what: '', unit: 'x', value: once(0.0312), goal: 0.03 }]).split(
      '\n'
    )
    assert.match(line, /0\.031 .* <= 0\.030 {2}MISSED/)
  })
})
