import { format, inspect } from 'node:util'
import { test } from '@japa/runner'
import { Secret } from '#engine/shell/secret'

test.group('Secret', () => {
  const secret = new Secret('canary-7d1f')

  test('only reveal gives the text', ({ assert }) => {
    assert.equal(secret.reveal(), 'canary-7d1f')
  })

  test('no way of printing it shows it', ({ assert }) => {
    const printed = [
      String(secret),
      `${secret}`,
      '' + secret,
      JSON.stringify({ secret, list: [secret] }),
      inspect(secret, { showHidden: true, depth: 9 }),
      inspect({ secret }, { customInspect: false, showHidden: true }),
      format('%s %o %O %j', secret, secret, secret, secret),
      Object.keys(secret).join(),
      JSON.stringify(structuredClone({ ...secret })),
      new Error('failed', { cause: secret }).stack ?? '',
      secret.toLocaleString(),
    ]
    for (const text of printed) assert.notInclude(text, 'canary')
    assert.equal(`${secret}`, '[redacted]')
    assert.equal(JSON.stringify(secret), '"[redacted]"')
  })

  test('it takes strings only', ({ assert }) => {
    assert.throws(() => new Secret(undefined as never), /string/)
  })
})
