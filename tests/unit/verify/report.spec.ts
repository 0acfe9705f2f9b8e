import app from '@adonisjs/core/services/app'
import { test } from '@japa/runner'

const report = await import(app.makeURL('bin/verify/report.js').href)

const outcome = (name: string, passed: number, failed: number, more: object = {}) => ({
  ...{ name, passed, failed, skipped: 0, failures: [], time: 1234 },
  ...more,
})

test.group('Report of a verification', () => {
  test('ends with the sum of everything, alone on its line', ({ assert }) => {
    const outcomes = [outcome('lint', 1, 0), outcome('unit', 120, 2)]
    assert.equal(report.lastLine(outcomes).split('\n').at(-1), '121 passed, 2 failed')
  })

  test('counts what was left out', ({ assert }) => {
    const outcomes = [outcome('lint', 1, 0), outcome('browser', 0, 0, { skipped: 1 })]
    assert.equal(report.lastLine(outcomes).trim(), '1 passed, 0 failed, 1 skipped')
  })

  test('names what failed', ({ assert }) => {
    const failures = ['quotes a newline\nwith details']
    const table = report.table([outcome('unit', 3, 1, { failures })])
    assert.match(table, /^unit\s+failed\s+3 passed, 1 failed\s+1\.2 s$/m)
    assert.match(table, /^ {2}unit: quotes a newline$/m)
  })

  test('says what was left out and why', ({ assert }) => {
    const reasons = ['hosts are made by root: run the tests as root']
    const outcomes = [outcome('lint', 1, 0), outcome('integration', 0, 0, { reasons })]
    assert.include(report.leftOut(outcomes), 'integration: hosts are made by root')
    assert.equal(report.leftOut([outcome('lint', 1, 0)]), '')
  })

  test('gives durations in words', ({ assert }) => {
    assert.equal(report.seconds(950), '0.9 s')
    assert.equal(report.seconds(125_400), '2 min 5 s')
  })
})
