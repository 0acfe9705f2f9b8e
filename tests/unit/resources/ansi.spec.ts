import { test } from '@japa/runner'
import { AnsiParser, segmentsOf, type AnsiLine } from '../../../resources/js/lib/ansi.js'

const ESC = '\u001b'

function parse(...pieces: string[]): AnsiLine[] {
  const parser = new AnsiParser()
  const lines = pieces.flatMap((piece) => parser.push(piece))
  return parser.pending.text === '' ? lines : [...lines, parser.pending]
}

function look(input: string) {
  return segmentsOf(parse(input)[0]).map(({ text, className }) => [text, className])
}

test.group('AnsiParser', () => {
  test('gives one line for each newline, and the unfinished one as pending', ({ assert }) => {
    const parser = new AnsiParser()
    const lines = parser.push('one\r\n\nthree\nfou')

    assert.deepEqual(
      lines.map((line) => line.text),
      ['one', '', 'three']
    )
    assert.equal(parser.pending.text, 'fou')
    assert.isNull(lines[0].runs)
  })

  test('turns colours and styles into class names of a closed set', ({ assert }) => {
    assert.deepEqual(look(`a${ESC}[31mred${ESC}[1;4mbold${ESC}[0mplain`), [
      ['a', ''],
      ['red', 'ansi-fg-1'],
      ['bold', 'ansi-bold ansi-underline ansi-fg-1'],
      ['plain', ''],
    ])
    assert.deepEqual(look(`${ESC}[92mok${ESC}[39;44m on blue${ESC}[m`), [
      ['ok', 'ansi-fg-10'],
      [' on blue', 'ansi-bg-4'],
    ])
    assert.deepEqual(look(`${ESC}[7minverse${ESC}[31m red${ESC}[27m off`), [
      ['inverse', 'ansi-inverse'],
      [' red', 'ansi-bg-1'],
      [' off', 'ansi-fg-1'],
    ])
  })

  test('maps free colours to the nearest of the sixteen', ({ assert }) => {
    assert.deepEqual(look(`${ESC}[38;5;9mx`), [['x', 'ansi-fg-9']])
    assert.deepEqual(look(`${ESC}[38;5;21mx`), [['x', 'ansi-fg-4']])
    assert.deepEqual(look(`${ESC}[38;5;111mx`), [['x', 'ansi-fg-12']])
    assert.deepEqual(look(`${ESC}[38;2;20;160;40mx`), [['x', 'ansi-fg-2']])
    assert.deepEqual(look(`${ESC}[38;2;128;128;128mx`), [['x', 'ansi-fg-8']])
    assert.deepEqual(look(`${ESC}[48;5;255;1mx`), [['x', 'ansi-bold ansi-bg-15']])
  })

  test('keeps its style over lines and pieces', ({ assert }) => {
    const [first, second] = parse(`${ESC}[3`, '2mgreen', '\nstill')

    assert.deepEqual(segmentsOf(first), [{ text: 'green', className: 'ansi-fg-2' }])
    assert.deepEqual(segmentsOf(second), [{ text: 'still', className: 'ansi-fg-2' }])
  })

  test('reads the same however the input is cut', ({ assert }) => {
    const input = `${ESC}[1;31mA${ESC}]8;;http://x${ESC}\\link${ESC}]8;;\u0007\r\nB\rC${ESC}[K\b\bD\u009b\nE`
    const whole = parse(input)

    assert.deepEqual(parse(...input.split('')), whole)
  })

  test('overwrites a line after a carriage return', ({ assert }) => {
    assert.equal(parse('10 %\r55 %\r100 %\n')[0].text, '100 %')
    assert.equal(parse('long line\rab\n')[0].text, 'abng line')
    assert.equal(parse(`long line\rab${ESC}[K\n`)[0].text, 'ab')
    assert.equal(parse(`gone${ESC}[2K\rhere\n`)[0].text, 'here')
    assert.deepEqual(look(`abcd\r${ESC}[31m😀${ESC}[0mx\n`), [
      ['😀', 'ansi-fg-1'],
      ['xcd', ''],
    ])
    assert.deepEqual(look(`${ESC}[31mred\r${ESC}[32mgr\n`), [
      ['gr', 'ansi-fg-2'],
      ['d', 'ansi-fg-1'],
    ])
  })

  test('drops links, titles, device strings and other sequences', ({ assert }) => {
    assert.equal(parse(`${ESC}]0;title\u0007text\n`)[0].text, 'text')
    assert.equal(
      parse(`${ESC}]8;;javascript:alert(1)${ESC}\\click${ESC}]8;;${ESC}\\\n`)[0].text,
      'click'
    )
    assert.equal(parse(`${ESC}P1$r0m${ESC}\\a${ESC}[2Jb${ESC}(Bc${ESC}[?25ld\n`)[0].text, 'abcd')
  })

  test('drops control characters and bidirectional overrides', ({ assert }) => {
    assert.equal(parse('a\u0000b\u0007c\u007fd\u0085e\u202ef\u2066g\u2028h\n')[0].text, 'abcdefgh')
  })

  test('does not let an unfinished string swallow the next line', ({ assert }) => {
    assert.deepEqual(
      parse(`a${ESC}]0;never closed\nb\n`).map((line) => line.text),
      ['a', 'b']
    )
  })

  test('leaves markup as text', ({ assert }) => {
    const [line] = parse(`<img src=x onerror=alert(1)>${ESC}[31m"><script>\n`)

    assert.equal(line.text, '<img src=x onerror=alert(1)>"><script>')
    assert.deepEqual(
      segmentsOf(line).map(({ className }) => className),
      ['', 'ansi-fg-1']
    )
  })

  test('bounds what a cursor movement can cost', ({ assert }) => {
    const [line] = parse(`${ESC}[999999999Cx\n`)

    assert.isAtMost(line.text.length, 300)
  })

  test('stays linear on hostile input', ({ assert }) => {
    const hostile = [
      `${'x'.repeat(200_000)}${'\ry'.repeat(200_000)}`,
      `${ESC}[`.repeat(200_000),
      `${ESC}[${';'.repeat(400_000)}m`,
      `${ESC}]`.repeat(200_000),
      `a${ESC}[1K`.repeat(2000),
      `${ESC}[31ma${ESC}[32mb`.repeat(50_000),
    ]
    for (const input of hostile) {
      const began = performance.now()
      parse(input)
      assert.isBelow(performance.now() - began, 2000)
    }
  })
})
