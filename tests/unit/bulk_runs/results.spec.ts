import { test } from '@japa/runner'
import { differenceOf } from '#app/bulk_runs/compare'
import { durationWords } from '#app/bulk_runs/words'
import { groupResults, summaryOf, type Ended } from '#app/bulk_runs/groups'
import { hashOfOutput, MOST_COMPARED, noteOf } from '#app/bulk_runs/output'

const ended = (outputHash: string | null, values: Partial<Ended> = {}): Ended => ({
  ...{ state: 'succeeded', exitCode: 0, outputHash },
  ...values,
})

test.group('Results of many servers', () => {
  test('are sorted by output and exit code, the most frequent first', ({ assert }) => {
    const groups = groupResults([
      ended('b'),
      ended('a'),
      ended('a'),
      ended('a', { state: 'failed', exitCode: 2 }),
      ended(null),
    ])
    assert.deepEqual(
      groups.map(({ targets }) => [targets.length, targets[0].outputHash, targets[0].exitCode]),
      [
        [2, 'a', 0],
        [1, 'b', 0],
        [1, 'a', 2],
      ]
    )
  })

  test('are told apart by how they ended, though none has an exit code', ({ assert }) => {
    const lost = ended('a', { state: 'lost', exitCode: null })
    const cancelled = ended('a', { state: 'cancelled', exitCode: null })
    assert.lengthOf(groupResults([lost, cancelled]), 2)
  })

  test('are summed up in words', ({ assert }) => {
    const summary = (...hashes: string[]) =>
      summaryOf(groupResults(hashes.map((hash) => ended(hash))))
    assert.equal(summary('a', 'a', 'a', 'b', 'c'), '3 the same, 2 differ')
    assert.equal(summary('a', 'a'), 'All 2 the same')
    assert.equal(summary('a', 'b'), 'All 2 differ')
    assert.equal(summary('a'), '1 result')
    assert.equal(summary(), 'Nothing has ended yet')
  })

  test('differ when only what is beyond the compared part differs in length', ({ assert }) => {
    assert.equal(hashOfOutput('x', 10), hashOfOutput('x', 11))
    assert.notEqual(hashOfOutput('x', MOST_COMPARED + 1), hashOfOutput('x', MOST_COMPARED + 2))
  })
})

test.group('The difference of two outputs', () => {
  test('names the lines of each and what is around them', ({ assert }) => {
    const base = 'one\ntwo\nthree\nfour\nfive'
    const difference = differenceOf(base, base.replace('three', '3').concat('\nsix'))!
    assert.equal(difference.added, 2)
    assert.equal(difference.removed, 1)
    const lines = difference.hunks.flatMap((hunk) =>
      hunk.lines.map(({ kind, text }) => kind + text)
    )
    assert.deepEqual(lines, [' one', ' two', '-three', '+3', ' four', ' five', '+six'])
  })

  test('is none where nothing is alike, and found out soon', ({ assert }) => {
    const text = (word: string) =>
      Array.from({ length: 20_000 }, (_, line) => `${word} ${line} ${line * 7919}`).join('\n')
    assert.isNull(differenceOf(text('this'), text('that')))
  })

  test('is cut where it would be too long to read', ({ assert }) => {
    const added = Array.from({ length: 600 }, (_, line) => `line ${line}`).join('\n')
    const difference = differenceOf('one', `one\n${added}`)!
    assert.equal(difference.added, 600)
    assert.isAbove(difference.left, 150)
  })
})

test.group('The note of an output', () => {
  test('is its last line that says something, without what terminals obey', ({ assert }) => {
    assert.equal(noteOf('one\n\u001b[31mtwo\u001b[0m\n\n  \n'), 'two')
    assert.equal(noteOf('progress 1\rprogress 2'), 'progress 2')
    assert.isNull(noteOf('\n\n'))
    assert.lengthOf(noteOf('x'.repeat(500))!, 160)
  })

  test('of a duration has its two largest units', ({ assert }) => {
    assert.equal(durationWords(38), '38 s')
    assert.equal(durationWords(3600 * 27 + 59), '1 d 3 h')
    assert.equal(durationWords(0), '0 s')
    assert.equal(durationWords(Number.NaN), '0 s')
  })
})
