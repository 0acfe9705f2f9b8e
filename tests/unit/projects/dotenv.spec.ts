import { parseEnv } from 'node:util'
import { test } from '@japa/runner'
import { formatDotenv, parseDotenv } from '#app/projects/dotenv'
import { PAYLOADS } from '#tests/support/payload_corpus'

const read = (text: string) => Object.fromEntries(parseDotenv(text).variables)

test.group('Files of variables', () => {
  test('are read as programs read them')
    .with([
      'A=1\nB=two words\n',
      '# a comment\n\nexport A=1\n  B = spaced  \n',
      'A=value # a comment\nB=with#hash\n',
      `A='single # quoted'\nB="double # quoted"\nC=\`back'ticks"\`\n`,
      `A='over\ntwo lines'\nB="over\ntwo lines"\n`,
      'A="line\\nbreak"\n',
      'A=\nB=""\n',
      'A=1\nA=2\n',
      'A=$B\nB=${A}\n',
      'A=a=b=c\r\nB=2\r\n',
    ])
    .run(({ assert }, text) => {
      const { problems } = parseDotenv(text)
      assert.isEmpty(problems)
      assert.deepEqual(read(text), { ...parseEnv(text) })
    })

  test('name the line that cannot be read, and the rest is read on', ({ assert }) => {
    const text = ['A=1', 'no sign', '2B=3', `C='open`, 'D=4', 'E="x" y', 'MUSTER_X=1'].join('\n')
    const { variables, problems } = parseDotenv(text)
    assert.deepEqual(
      [...variables],
      [
        ['A', '1'],
        ['D', '4'],
      ]
    )
    assert.deepEqual(
      problems.map(({ line }) => line),
      [2, 3, 4, 6, 7]
    )
  })

  test('hold whatever a value can be', ({ assert }) => {
    const values = [...PAYLOADS, 'a\tb', `'"\`$\\`, '\r\n', ' spaced ', '#', '\\n'].filter(
      (text) => text.length <= 65_536 && text.isWellFormed()
    )
    const written = values.map((value, index) => formatDotenv(`KEY_${index}`, value)).join('\n')
    const { variables, problems } = parseDotenv(written)
    assert.isEmpty(problems)
    for (const [index, value] of values.entries()) {
      assert.equal(variables.get(`KEY_${index}`), value)
    }
  })

  test('are read in time that grows with their length', ({ assert }) => {
    const blanks = [' ', '\t', 'A ', 'export '].map((part) => `A=x${part.repeat(50_000)}y`)
    for (const text of blanks) {
      const begun = performance.now()
      parseDotenv(text)
      assert.isBelow(performance.now() - begun, 2_000, text.slice(0, 10))
    }
    for (const part of [`A='`, 'A="\\', 'export ', '=', ' #', `A='x' `, '`\n']) {
      const begun = performance.now()
      parseDotenv(part.repeat(50_000))
      assert.isBelow(performance.now() - begun, 2_000, part)
    }
  })
})
