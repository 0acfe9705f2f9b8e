import { execFileSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from '@japa/runner'
import { quote } from '#engine/shell/quote'
import { NUL_PAYLOADS, PAYLOADS } from '#tests/support/payload_corpus'

const SHELLS = [
  { name: 'sh', argv: ['/bin/sh'] },
  { name: 'dash', argv: ['dash'] },
  { name: 'bash', argv: ['bash'] },
  { name: 'busybox ash', argv: ['busybox', 'ash'] },
]
const WORDS_PER_COMMAND = 500

/** Characters that mean something to some shell, to meet more often than random bytes would. */
const SPECIAL = "'''\\\\\"`$(){}[]<>|&;!#~*?=%^\n\r\t -"

function randomWords(count: number): Buffer[] {
  return Array.from({ length: count }, () => {
    const bytes = randomBytes(randomInt(1, 40))
    return bytes.map((byte, index) =>
      byte === 0 || (index + byte) % 2 ? SPECIAL.charCodeAt(byte % SPECIAL.length) : byte
    )
  }).map((bytes) => Buffer.from(bytes))
}

/** Bytes pass through `quote` as one character each, so that invalid UTF-8 is tried, too. */
function scriptFor(words: readonly Buffer[]): Buffer {
  const lines: string[] = []
  for (let start = 0; start < words.length; start += WORDS_PER_COMMAND) {
    const quoted = words.slice(start, start + WORDS_PER_COMMAND)
    lines.push(`printf '%s\\0' ${quoted.map((word) => quote(word.toString('latin1'))).join(' ')}`)
  }
  return Buffer.from(`${lines.join('\n')}\n`, 'latin1')
}

function wordsOf(output: Buffer): string[] {
  return output.toString('latin1').split('\0').slice(0, -1)
}

test.group('quote', () => {
  test('{name} gives back 10,000 random byte strings and the payload corpus')
    .with(SHELLS)
    .run(({ assert }, { argv }) => {
      const words = [...PAYLOADS.map((payload) => Buffer.from(payload)), ...randomWords(10_000)]
      const directory = mkdtempSync(path.join(tmpdir(), 'quote-'))
      try {
        writeFileSync(path.join(directory, 'script'), scriptFor(words))
        const [file, ...rest] = argv
        const output = execFileSync(file, [...rest, path.join(directory, 'script')], {
          cwd: directory,
          env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
          maxBuffer: 64 * 1024 * 1024,
        })
        const expected = words.map((word) => word.toString('latin1'))
        const actual = wordsOf(output)
        assert.lengthOf(actual, expected.length)
        for (const [index, word] of expected.entries()) {
          if (actual[index] !== word) assert.equal(actual[index], word)
        }
      } finally {
        rmSync(directory, { recursive: true })
      }
    })

  test('an empty string is a word of its own', ({ assert }) => {
    assert.equal(quote(''), "''")
  })

  test('quotes and backslashes stand outside of the single quotes', ({ assert }) => {
    assert.equal(quote(`it's \\n`), `'it'\\''s '\\\\'n'`)
  })

  test('a NUL character is refused', ({ assert }) => {
    for (const payload of NUL_PAYLOADS) assert.throws(() => quote(payload), /NUL/)
  })

  test('a lone surrogate is refused, for it would arrive as another character', ({ assert }) => {
    assert.throws(() => quote('a\ud800b'), /surrogate/)
    assert.equal(quote('\u{1F680}'), "'\u{1F680}'")
  })
})
