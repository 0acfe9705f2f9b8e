import { execFileSync } from 'node:child_process'
import { test } from '@japa/runner'
import { question, sayingQuestion } from '#engine/shell/question'
import { type Answer, AnswerReader, BrokenAnswer, Wording } from '#engine/ssh/answer'

const NONCE = 'a1b2c3'

/** Feeds a text in pieces of this size. */
function read(text: string, size: number, maxBytes = 1000): Answer | undefined {
  const reader = new AnswerReader(NONCE, maxBytes)
  for (let start = 0; start < text.length; start += size) {
    const answer = reader.push(Buffer.from(text.slice(start, start + size), 'latin1'))
    if (answer) return answer
  }
  return undefined
}

test.group('AnswerReader', () => {
  test('takes what stands between its two words, however it is cut', ({ assert }) => {
    for (let size = 1; size < 40; size++) {
      const text = `stray eb\nba1b2c3\nba1b2c3 ea1b2c ea1b2c3 -0\nlast line without end ea1b2c3-17\n`
      assert.deepEqual(read(text, size), {
        code: 17,
        output: 'ba1b2c3 ea1b2c ea1b2c3 -0\nlast line without end ',
        truncated: false,
      })
    }
  })

  test('is not complete before its last byte', ({ assert }) => {
    for (const text of ['', 'x', 'ba1b2c3\nx', 'ba1b2c3\nx\nea1b2c3-', 'ba1b2c3\nx\nea1b2c3-0']) {
      assert.isUndefined(read(text, 3))
    }
    assert.isUndefined(read('ea1b2c3-0\n', 4))
  })

  test('is broken when no exit code stands at its end', ({ assert }) => {
    for (const end of ['x', '\n', '-1\n', '1x', '1234', '12345\n', `${'0'.repeat(100_000)}\n`]) {
      for (const size of [1, 7, 200_000]) {
        assert.throws(() => read(`ba1b2c3\nx\nea1b2c3-${end}`, size), BrokenAnswer)
      }
    }
  })

  test('keeps the beginning up to its limit, and what follows does not delay the end', ({
    assert,
  }) => {
    const text = `ba1b2c3\n${'x'.repeat(100_000)}ea1b2c3-0\n`
    for (const size of [7, 1000, 200_000]) {
      assert.deepEqual(read(text, size, 10), { code: 0, output: 'x'.repeat(10), truncated: true })
    }
    const exact = read('ba1b2c3\n0123456789ea1b2c3-0\n', 5, 10)
    assert.deepEqual(exact, { code: 0, output: '0123456789', truncated: false })
  })
})

test.group('Wording', () => {
  const SHELLS = [['sh'], ['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'ash']]

  test('is answered by {$self}, one after the other')
    .with(SHELLS)
    .run(({ assert }, shell) => {
      const wording = new Wording()
      const twoLines = sayingQuestion`said="it's \\n
two"; (exit ${4})`
      const reading = sayingQuestion`cat # a comment
      read -r unknown || said=nothing`
      const questions = [
        question`printf 'no end'; (exit ${3})`,
        question`cat; echo "it's \\\\ $((1 + 1))"`,
        question`for n in a b; do
          echo $n # a comment
        done`,
        ...[twoLines, reading, twoLines, reading],
      ].map((each) => wording.frame(each, 100))
      const [file, ...rest] = shell
      const input = questions.map(({ line }) => line).join('')
      const output = execFileSync(file, rest, { input })
      const answers = questions.map(({ reader }) => reader.push(output))
      const said = [
        { code: 4, output: "it's \\n\ntwo\n", truncated: false },
        { code: 0, output: 'nothing\n', truncated: false },
      ]
      assert.deepEqual(answers, [
        { code: 3, output: 'no end', truncated: false },
        { code: 0, output: "it's \\ 2\n", truncated: false },
        { code: 0, output: 'a\nb\n', truncated: false },
        ...[...said, ...said],
      ])
    })

  test('tells a shell once what it asks it again and again', ({ assert }) => {
    const wording = new Wording()
    const asked = sayingQuestion`read -r said </proc/loadavg`
    const lines = [1, 2].map(() => wording.frame(asked, 100).line)
    assert.include(lines[0], '/proc/loadavg')
    assert.notInclude(lines[1], '/proc/loadavg')
    assert.include(new Wording().frame(asked, 100).line, '/proc/loadavg')
  })

  test('tells a shell so many questions and no more', ({ assert }) => {
    const wording = new Wording()
    const asked = Array.from({ length: 100 }, () => sayingQuestion`said=1`)
    const lines = [...asked, ...asked].map((each) => wording.frame(each, 100).line)
    assert.lengthOf(
      lines.filter((line) => line.includes('() {')),
      64
    )
  })

  test('has a nonce of its own each time', ({ assert }) => {
    const lines = [1, 2, 3].map(() => new Wording().frame(question`true`, 1).line)
    assert.equal(new Set(lines).size, 3)
  })
})
