import { randomBytes, randomInt } from 'node:crypto'
import { inspect } from 'node:util'
import { test } from '@japa/runner'
import { readMessage } from '#app/terminals/messages'
import { ticketIn } from '#app/terminals/ticket_text'
import { NOT_STRINGS, NUL_PAYLOADS, PAYLOADS } from '#tests/support/payload_corpus'

const read = (value: unknown) => readMessage(Buffer.from(JSON.stringify(value) ?? ''))

const MEANT = [
  { type: 'open', columns: 80, rows: 24, offset: 0 },
  { type: 'resize', columns: 1, rows: 1 },
  { type: 'resize', columns: 1000, rows: 500 },
  { type: 'ack', offset: 2 ** 53 - 1 },
  { type: 'close' },
]

test.group('Messages of a terminal', () => {
  test('what is meant is read as it is: {type}')
    .with(MEANT)
    .run(({ assert }, message) => {
      assert.deepEqual(read(message), message as never)
    })

  test('a field that is anything else makes it nothing: {type}')
    .with(MEANT)
    .run(({ assert }, message) => {
      const wrong = [...PAYLOADS, ...NUL_PAYLOADS, ...NOT_STRINGS, 0.5, -1, 2 ** 53, '80', 1e9]
      for (const field of Object.keys(message)) {
        for (const value of wrong) {
          if (field === 'offset' && [0, 1e9].includes(value as number)) continue
          assert.isNull(read({ ...message, [field]: value }), `${field}: ${inspect(value)}`)
        }
        const without = Object.fromEntries(
          Object.entries(message).filter(([name]) => name !== field)
        )
        assert.isNull(read(without), `without ${field}`)
      }
      assert.isNull(read({ ...message, more: 1 }))
      assert.isNull(readMessage(Buffer.from(`{"__proto__":{},"type":"${message.type}"}`)))
    })

  test('anything that is no message is nothing', ({ assert }) => {
    for (const value of [...PAYLOADS, ...NOT_STRINGS]) assert.isNull(read(value))
    for (const text of [...PAYLOADS, ...NUL_PAYLOADS, '{', '{"type":"close"', '\ufeff{}']) {
      assert.isNull(readMessage(Buffer.from(text)))
    }
    const padded = `{"type":"close"}${' '.repeat(1000)}`
    assert.isNull(readMessage(Buffer.from(padded)))
    assert.isNull(read({ type: 'toString' }))
    assert.isNull(read({ type: '__proto__' }))
  })

  test('random bytes are nothing, and do no harm', ({ assert }) => {
    for (let round = 0; round < 5000; round++) {
      assert.isNull(readMessage(randomBytes(randomInt(300))))
    }
  })
})

test.group('A ticket in the header of a socket', () => {
  const ticket = 'a-_0'.repeat(10) + 'xyz'

  test('is read where it stands', ({ assert }) => {
    assert.equal(ticketIn(`muster.terminal, ticket.${ticket}`), ticket)
    assert.equal(ticketIn(`muster.terminal,ticket.${ticket}`), ticket)
  })

  test('is none in any other shape', ({ assert }) => {
    const wrong = [
      undefined,
      '',
      ',',
      'muster.terminal',
      ticket,
      `ticket.${ticket}`,
      `ticket.${ticket}, muster.terminal`,
      `muster.terminal, ${ticket}`,
      `muster.terminal, ticket.`,
      `muster.terminal, ticket.${ticket}x`,
      `muster.terminal, ticket.${ticket.slice(1)}`,
      `muster.terminal, ticket.${ticket}, ticket.${ticket}`,
      `muster.terminal, ticket.${'/'.repeat(43)}`,
      ...PAYLOADS.map((text) => `muster.terminal, ticket.${text}`),
    ]
    for (const header of wrong) assert.isNull(ticketIn(header), header)
  })
})
