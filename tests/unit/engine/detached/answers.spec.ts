import { test } from '@japa/runner'
import { readControlLines } from '#engine/detached/control_lines'
import { readRunFacts } from '#engine/detached/run_facts'
import { assertCount, assertRunId } from '#engine/detached/run_id'
import { NOT_STRINGS, PAYLOADS } from '#tests/support/payload_corpus'

const factsOf = (text: string) =>
  readRunFacts(new Map(text.split(' ').map((pair) => pair.split('=', 2) as [string, string])))

test.group('What a server answers about a run', () => {
  test('control lines are told from whatever else is on stderr', ({ assert }) => {
    const { lines, noise } = readControlLines(
      [
        'Welcome to web-1',
        'muster-run: attached launched=yes launcher=systemd',
        'xmuster-run: end state=finished',
        'muster-run: end state=finished code=0 flags=',
        'muster-run: end state="finished"',
        'muster-run: end  state=finished',
        '',
      ].join('\n')
    )
    assert.deepEqual(
      lines.map(({ word, values }) => [word, Object.fromEntries(values)]),
      [
        ['attached', { launched: 'yes', launcher: 'systemd' }],
        ['end', { state: 'finished', code: '0', flags: '' }],
      ]
    )
    assert.match(noise, /^Welcome to web-1\nxmuster-run/)
  })

  test('noise is bounded', ({ assert }) => {
    assert.isAtMost(readControlLines('x'.repeat(1_000_000)).noise.length, 2048)
  })

  test('facts have their types', ({ assert }) => {
    assert.deepEqual(
      factsOf(
        'state=finished code=137 size=42 started=1763658000.123456 ended=1763658001.5 flags=timed_out,truncated'
      ),
      {
        state: 'finished',
        code: 137,
        size: 42,
        startedAt: new Date(1763658000123),
        endedAt: new Date(1763658001500),
        timedOut: true,
        truncated: true,
        cancelled: false,
        interrupted: false,
      }
    )
    assert.containSubset(factsOf('state=running code=- size=0 started=- ended=- flags=cancel'), {
      state: 'running',
      code: null,
      startedAt: null,
      cancelled: true,
    })
  })

  test('an end without an exit code in its form is no end', ({ assert }) => {
    for (const code of ['', '-', '256', '-1', '1e1', '0x1', 'x', '1.5', '0 0']) {
      assert.isNull(
        readRunFacts(
          new Map([
            ['state', 'finished'],
            ['code', code],
          ])
        ),
        code
      )
    }
    assert.isNull(factsOf('state=succeeded code=0'))
    assert.isNull(factsOf('code=0'))
  })

  test('only a ULID is the id of a run', ({ assert }) => {
    const id = '01M7X0M5D8Q4G9KNN3M5FS84WP'
    assert.equal(assertRunId(id), id)
    const wrong = [
      ...PAYLOADS,
      id.toLowerCase(),
      `${id}0`,
      id.slice(1),
      `${id}\n`,
      `8${id.slice(1)}`,
    ]
    for (const value of wrong) assert.throws(() => assertRunId(value), /ULID/)
    for (const value of NOT_STRINGS) assert.throws(() => assertRunId(value as string), /ULID/)
  })

  test('only a whole number is a count', ({ assert }) => {
    assert.equal(assertCount(0, 'It'), 0)
    for (const value of [-1, 1.5, Number.NaN, Infinity, '1' as never]) {
      assert.throws(() => assertCount(value, 'It'), /It must be a whole number/)
    }
  })
})
