import { randomBytes, randomInt } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { test } from '@japa/runner'
import { Redactor } from '#engine/shell/redactor'
import { Secret } from '#engine/shell/secret'

const CANARY = 'p@ss w/ord+"it\'s"&é%25'

/** The output for one input, given whole, byte by byte and in random chunks; they have to agree. */
function redact(secrets: readonly string[], input: string | Buffer): string {
  const bytes = Buffer.from(input)
  const outputs = [
    feed(secrets, [bytes]),
    feed(
      secrets,
      Array.from(bytes, (byte) => Buffer.of(byte))
    ),
    ...Array.from({ length: 5 }, () => feed(secrets, cut(bytes))),
  ]
  for (const output of outputs) {
    if (!output.equals(outputs[0])) throw new Error('The output depends on the chunks.')
  }
  return outputs[0].toString()
}

function feed(secrets: readonly string[], chunks: readonly Buffer[]): Buffer {
  const redactor = new Redactor(secrets.map((secret) => new Secret(secret)))
  return Buffer.concat([...chunks.map((chunk) => redactor.push(chunk)), redactor.flush()])
}

function cut(bytes: Buffer): Buffer[] {
  const chunks: Buffer[] = []
  for (let start = 0; start < bytes.length;) {
    const end = start + randomInt(1, 30)
    chunks.push(bytes.subarray(start, end))
    start = end
  }
  return chunks
}

test.group('Redactor', () => {
  test('replaces a secret wherever it stands', ({ assert }) => {
    assert.equal(redact(['hunter2'], 'hunter2 a hunter2b'), '[redacted] a [redacted]b')
    assert.equal(redact(['hunter2'], 'nothing here'), 'nothing here')
    assert.equal(redact([], 'a'), 'a')
  })

  test('secrets that overlap or hold each other leave nothing', ({ assert }) => {
    assert.equal(redact(['abcdef', 'cdefgh'], 'xabcdefghx'), 'x[redacted]x')
    assert.equal(
      redact(['abcdef', 'abcdefghij', 'cdef'], 'abcdefghij.abcdefgh'),
      '[redacted].[redacted]gh'
    )
    assert.equal(redact(['aaaa'], 'aaaaaa'), '[redacted]')
  })

  test('what only begins like a secret comes through', ({ assert }) => {
    assert.equal(redact(['secret-1234'], 'secret-123 secret-12'), 'secret-123 secret-12')
  })

  test('finds a secret over chunks that come in the same memory', ({ assert }) => {
    const redactor = new Redactor([new Secret('hunter2-hunter3')])
    const text = Buffer.from('a hunte b hunter2-hunter3 hunter2-hunte\n')
    const memory = Buffer.alloc(7)
    const given: Buffer[] = []
    for (let start = 0; start < text.length; start += memory.length) {
      const length = text.copy(memory, 0, start)
      given.push(Buffer.from(redactor.push(memory.subarray(0, length))))
      memory.fill(0)
    }
    assert.equal(
      String(Buffer.concat([...given, redactor.flush()])),
      'a hunte b [redacted] hunter2-hunte\n'
    )
  })

  test('finds encoded forms', ({ assert }) => {
    const query = new URLSearchParams({ v: CANARY }).toString().slice(2)
    const forms = [
      CANARY,
      encodeURIComponent(CANARY),
      encodeURIComponent(CANARY).replace(/%../g, (byte) => byte.toLowerCase()),
      query,
      JSON.stringify(CANARY).slice(1, -1),
      Buffer.from(CANARY).toString('hex'),
      Buffer.from(CANARY).toString('base64'),
      Buffer.from(CANARY).toString('base64url'),
      CANARY.replaceAll("'", "'\\''"),
    ]
    for (const form of forms) {
      assert.equal(redact([CANARY], `token=${form}, end`), 'token=[redacted], end')
    }
  })

  test('finds base64 at every alignment, wrapped or not, with nothing of it left to decode', ({
    assert,
  }) => {
    for (const alphabet of ['base64', 'base64url'] as const) {
      for (let before = 0; before < 60; before++) {
        const text = Buffer.concat([Buffer.alloc(before, '.'), Buffer.from(`${CANARY}=1\n`)])
        const encoded = text.toString(alphabet)
        for (const printed of [
          encoded,
          encoded.replace(/.{19}/g, '$&\n'),
          encoded.replace(/.{19}/g, '$&\r\n'),
        ]) {
          const output = redact([CANARY], printed)
          assert.include(output, '[redacted]')
          for (const piece of output.split('[redacted]')) {
            assert.notInclude(Buffer.from(piece, alphabet).toString(), CANARY.slice(2, 8))
          }
        }
      }
    }
  })

  test('finds secrets in what real programs print', ({ assert }) => {
    const key = [
      '-----BEGIN KEY-----',
      ...Array.from({ length: 4 }, () => randomBytes(48).toString('base64')),
      '-----END KEY-----',
      '',
    ].join('\n')
    const env = { PATH: process.env.PATH, TOKEN: 'canary-7d1f-49', KEY: key }
    const commands = [
      'env',
      'env | base64',
      'printf %s "$KEY" | base64 -w 0',
      'echo "$KEY" | sed "s/^/  /"',
      'set -x; : "$TOKEN"',
    ]
    for (const command of commands) {
      const printed = execFileSync('sh', ['-c', `{ ${command}\n} 2>&1`], { env, encoding: 'utf8' })
      const output = redact([env.TOKEN, key], printed)
      const left =
        output + Buffer.from(output.replace(/\s|\[redacted\]/g, ''), 'base64').toString('latin1')
      assert.include(output, '[redacted]')
      for (const line of [env.TOKEN, ...key.split('\n').filter(Boolean)]) {
        assert.notInclude(left, line)
      }
    }
  })

  test('each long line of a secret with several lines is found, short ones are not', ({
    assert,
  }) => {
    const secret = 'DB_PASSWORD=abcdefgh\r\nDEBUG=1\r\nTOKEN=zyxwvuts\r\n'
    assert.equal(
      redact([secret], 'x DB_PASSWORD=abcdefgh\nDEBUG=1\nTOKEN=zyxwvuts'),
      'x [redacted]\nDEBUG=1\n[redacted]'
    )
  })

  test('values under 4 bytes are left alone', ({ assert }) => {
    assert.equal(redact(['a', 'on', 'yes'], 'yes on a day'), 'yes on a day')
    assert.equal(redact(['1234'], 'pin 1234'), 'pin [redacted]')
  })

  test('bytes that are no text come through', ({ assert }) => {
    const bytes = randomBytes(10_000)
    assert.isTrue(feed(['canary-7d1f'], cut(bytes)).equals(bytes))
  })

  test('consumed is an offset from which a new redactor sees every secret whole', ({ assert }) => {
    const input = Buffer.from(
      `start hunter2-hunter2 ${Buffer.from('..hunter2').toString('base64')} huntermans hunter2\nend`
    )
    const expected = feed(['hunter2'], [input]).toString()
    for (let stop = 0; stop <= input.length; stop++) {
      const first = new Redactor([new Secret('hunter2')])
      const begin = first.push(input.subarray(0, stop))
      const second = new Redactor([new Secret('hunter2')])
      const rest = second.push(input.subarray(first.consumed))
      assert.equal(Buffer.concat([begin, rest, second.flush()]).toString(), expected)
      assert.equal(first.consumed + second.consumed, input.length)
    }
  })

  test('only what could be the beginning of a secret is held back', ({ assert }) => {
    const redactor = new Redactor([new Secret('hunter2')])
    assert.equal(redactor.push(Buffer.from('done.\n')).toString(), 'done.\n')
    assert.equal(redactor.push(Buffer.from('a hunt')).toString(), 'a ')
    assert.equal(redactor.consumed, 8)
    assert.equal(redactor.push(Buffer.from('ing')).toString(), 'hunting')
    assert.equal(redactor.consumed, 15)
  })

  test('takes many megabytes a second', ({ assert }) => {
    const secrets = Array.from({ length: 20 }, () => new Secret(randomBytes(40).toString('base64')))
    const redactor = new Redactor(secrets)
    const chunk = Buffer.from(
      'npm warn deprecated some-package@1.2.3: use another one instead\n'.repeat(1024)
    )
    const startedAt = performance.now()
    let length = 0
    for (let count = 0; count < 64; count++) length += redactor.push(chunk).length
    length += redactor.flush().length
    assert.equal(length, chunk.length * 64)
    assert.isBelow(performance.now() - startedAt, 4000)
  })
})
