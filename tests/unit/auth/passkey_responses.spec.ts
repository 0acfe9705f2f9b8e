import { inspect } from 'node:util'
import { test } from '@japa/runner'
import {
  parseAuthenticationResponse,
  parseRegistrationResponse,
} from '#app/auth/second_factor/passkey_responses'
import { SoftPasskey } from '#tests/support/soft_passkey'
import { NOT_STRINGS, PAYLOADS } from '#tests/support/payload_corpus'

const options = { challenge: 'AAAA', user: { id: 'BBBB' } }

/** What is wrong with an answer, and where. */
const spoiled = (text: string) => {
  const set = (change: (value: any) => void) => {
    const value = JSON.parse(text)
    change(value)
    return JSON.stringify(value)
  }
  return [
    set((value) => delete value.id),
    set((value) => (value.rawId = `${value.id}A`)),
    set((value) => (value.id = value.rawId = 'not base64url!')),
    set((value) => (value.id = value.rawId = 'A'.repeat(2000))),
    set((value) => (value.type = 'password')),
    set((value) => delete value.response),
    set((value) => (value.response = [])),
    set((value) => (value.response.clientDataJSON = { toString: 'x' })),
    set((value) => (value.response.clientDataJSON = 'A'.repeat(40_000))),
    set((value) => delete value.response.clientDataJSON),
  ]
}

test.group('What browsers send of passkeys', () => {
  test('is read', async ({ assert }) => {
    const soft = new SoftPasskey('https://panel.example.com')
    const made = await parseRegistrationResponse(soft.create(options))
    assert.equal(made.id, soft.id)
    assert.deepEqual(made.response.transports, ['internal'])
    const used = await parseAuthenticationResponse(soft.use(options))
    assert.equal(used.response.userHandle, 'BBBB')
    soft.userHandle = null
    const bare = await parseAuthenticationResponse(soft.use(options))
    assert.isUndefined(bare.response.userHandle)
  })

  test('is cut down to what the panel uses', async ({ assert }) => {
    const soft = new SoftPasskey('https://panel.example.com')
    const more = { ...JSON.parse(soft.use(options)), __proto__: {}, more: 'x' }
    const read = await parseAuthenticationResponse(JSON.stringify(more))
    assert.sameMembers(Object.keys(read), [
      ...['id', 'rawId', 'type', 'response', 'clientExtensionResults'],
    ])
  })

  test('is refused with a message when it is anything else', async ({ assert }) => {
    const soft = new SoftPasskey('https://panel.example.com')
    const wrong = [
      ...[undefined, null, '', '{', '[]', 'null', '"x"', '{"id":1}'],
      ...[...PAYLOADS, ...NOT_STRINGS],
    ]
    for (const [parse, text] of [
      [parseRegistrationResponse, soft.create(options)],
      [parseAuthenticationResponse, soft.use(options)],
    ] as const) {
      for (const each of [...wrong, ...spoiled(text)]) {
        const error = await parse(each).then(
          () => null,
          (thrown) => thrown
        )
        assert.equal(error?.code, 'E_VALIDATION_ERROR', inspect(each).slice(0, 80))
        assert.equal(error.messages[0].field, 'response')
        assert.include(error.messages[0].message, 'cannot be read')
      }
    }
  })

  test('is not taken for the answer to the other question', async ({ assert }) => {
    const soft = new SoftPasskey('https://panel.example.com')
    await assert.rejects(() => parseRegistrationResponse(soft.use(options)))
    await assert.rejects(() => parseAuthenticationResponse(soft.create(options)))
  })
})
