import { randomBytes } from 'node:crypto'
import { test } from '@japa/runner'
import { assertKeys, freshKey, previousKeys, weaknessOf } from '../../../bin/keys.js'

const good = () => randomBytes(32).toString('base64')

/** What people write, or leave, in place of a key. */
const WEAK = [
  { key: undefined, because: 'is missing' },
  { key: '', because: 'is missing' },
  { key: 'Zk3vQ9pL1xW7', because: 'is shorter' },
  { key: 'base64:Zk3vQ9pL1xW7tB5nR8mY2cA', because: 'is shorter' },
  { key: 'a'.repeat(43), because: 'has fewer than 12 different' },
  { key: `base64:${'A'.repeat(43)}=`, because: 'has fewer than 12 different' },
  { key: 'change-me-change-me-change-me-change-me', because: 'has fewer than 12 different' },
  { key: 'Zk3vQ9pL1xW7tB5n'.repeat(2), because: 'repeats a pattern' },
  { key: 'Zk3vQ9pL1xW7tB5nZk3vQ9pL1xW7tB5nZk3vQ9', because: 'repeats a pattern' },
  { key: '0123456789abcdef0123456789abcdef', because: 'repeats a pattern' },
  { key: '0123456789abcdefghijklmnopqrstuvwxyz', because: 'is made of words and sequences' },
  { key: 'zyxwvutsrqponmlkjihgfedcba9876543210', because: 'is made of words and sequences' },
  { key: 'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6', because: 'is made of words and sequences' },
  {
    key: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    because: 'is made of words and sequences',
  },
  { key: 'qwertyuiopasdfghjklzxcvbnm1234567890', because: 'is made of words and sequences' },
  { key: 'change-me-to-a-long-random-string-please', because: 'is made of words and sequences' },
  { key: 'your-production-app-key-here-0123456789', because: 'is made of words and sequences' },
  { key: 'generate-with-node-ace-generate:key', because: 'is made of words and sequences' },
  { key: 'averylongrandom32charslongsecret', because: 'is made of words and sequences' },
  { key: 'better-auth-secret-12345678901234567890', because: 'is made of words and sequences' },
  { key: 'base64:J63qRTDLub5NuZvP+kb8YIorGS6qFYHKVo6u7179stY=', because: 'is an example' },
  { key: 'base64:2fl+Ktvkfl+Fuz4Qp/A75G2RTiWVA/ZoKZvp6fiiM10=', because: 'is an example' },
]

test.group('Keys', () => {
  test('{$i}: one is refused that {because}')
    .with(WEAK)
    .run(({ assert }, { key, because }) => {
      assert.include(weaknessOf(key) ?? 'is good', because)
    })

  test('made of random bytes are good', ({ assert }) => {
    const makers = [
      () => freshKey(),
      good,
      () => randomBytes(24).toString('base64'),
      () => randomBytes(32).toString('hex'),
      () => `base64:${good()}`,
    ]
    for (const make of makers) {
      for (let count = 0; count < 2000; count++) {
        const key = make()
        assert.isNull(weaknessOf(key), key)
      }
    }
  })

  test('of former times are parted by commas', ({ assert }) => {
    assert.deepEqual(previousKeys(undefined), [])
    assert.deepEqual(previousKeys(''), [])
    assert.deepEqual(previousKeys(' one , two,, '), ['one', 'two'])
  })

  test('serve for one thing each', ({ assert }) => {
    const [one, two, former] = [good(), good(), good()]
    const refusal = (values: object) => () => assertKeys(values, { serving: true })
    assert.doesNotThrow(refusal({ APP_KEY: one, SECRETS_KEY: two }))
    assert.doesNotThrow(refusal({ APP_KEY: one, SECRETS_KEY: two, APP_KEY_PREVIOUS: former }))
    assert.throws(refusal({ APP_KEY: one, SECRETS_KEY: one }), /are the same/)
    for (const name of ['APP_KEY_PREVIOUS', 'SECRETS_KEY_PREVIOUS']) {
      for (const key of [one, two]) {
        const values = { APP_KEY: one, SECRETS_KEY: two, [name]: `${former},${key}` }
        assert.throws(refusal(values), new RegExp(`${name} names a key that is in use`))
      }
    }
  })

  test('that are weak may still be read with by who serves nobody', ({ assert }) => {
    const values = { APP_KEY: good(), SECRETS_KEY: good(), SECRETS_KEY_PREVIOUS: 'a'.repeat(32) }
    assert.throws(() => assertKeys(values, { serving: true }), /SECRETS_KEY_PREVIOUS/)
    assert.doesNotThrow(() => assertKeys(values, { serving: false }))
    const weak = { ...values, SECRETS_KEY: 'b'.repeat(32) }
    assert.throws(() => assertKeys(weak, { serving: false }), /SECRETS_KEY has fewer/)
  })

  test('are named and never shown when they are refused', ({ assert }) => {
    const [one, two, three] = ['a'.repeat(40), '0123456789abcdefghijklmnopqrstuvwxyz', 'short one']
    const values = { APP_KEY: one, SECRETS_KEY: two, SECRETS_KEY_PREVIOUS: three }
    try {
      assertKeys(values, { serving: true })
      assert.fail('weak keys are accepted')
    } catch (error) {
      const { message } = error as Error
      for (const name of Object.keys(values)) assert.include(message, name)
      for (const value of Object.values(values)) assert.notInclude(message, value)
      assert.include(message, 'openssl rand -base64 32')
    }
  })
})
