import { test } from '@japa/runner'
import { compileKeyPlan, explainKeyFailure, installKey, uninstallKey } from '#engine/keys/key_plans'
import { readFoundKeys } from '#engine/keys/read_keys'
import { fingerprint } from '#engine/ssh/host_key'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { readPublicKey } from '#engine/ssh/public_key'
import { keyFileFailures } from '#engine/system/authorized_keys'
import { PAYLOADS } from '#tests/support/payload_corpus'

const some = (comment = 'ada') => generateKeyPair(comment).publicKey
const nonce = 'a'.repeat(32)

test.group('Plans for keys', () => {
  test('never remove the key that Muster logs in with, whatever its comment', ({ assert }) => {
    const publicKey = some()
    const [type, key] = publicKey.split(' ')
    const login = { user: 'root', publicKey: `${type} ${key} muster` }
    assert.throws(() => uninstallKey({ user: 'root', publicKey }, login), /logs in with this key/)
    assert.doesNotThrow(() => uninstallKey({ user: 'deploy', publicKey }, login))
    assert.doesNotThrow(() => uninstallKey({ user: 'root', publicKey: some() }, login))
  })

  test('refuse users and keys out of their form', ({ assert }) => {
    const login = { user: 'root', publicKey: some() }
    for (const payload of PAYLOADS.filter((text) => !/^[A-Za-z_][\w.-]{0,31}$/.test(text))) {
      assert.throws(() => installKey({ user: payload, publicKey: some() }))
      assert.throws(() => uninstallKey({ user: payload, publicKey: some() }, login))
    }
    for (const payload of PAYLOADS) {
      assert.throws(() => installKey({ user: 'root', publicKey: payload }))
      assert.throws(() => uninstallKey({ user: 'root', publicKey: payload }, login))
    }
    assert.throws(() => installKey({ user: 'root', publicKey: `command="id" ${some()}` }))
  })

  test('are one script', ({ assert }) => {
    const script = compileKeyPlan(installKey({ user: 'deploy', publicKey: some() }), { nonce })
    assert.include(script, "getent passwd 'deploy'")
  })

  test('have words for each of their failures', ({ assert }) => {
    for (const code of Object.values(keyFileFailures)) {
      const words = explainKeyFailure(code, 'deploy')
      assert.isNotEmpty(words!.reason)
      assert.isNotEmpty(words!.next)
    }
    assert.isNull(explainKeyFailure(1, 'deploy'))
    assert.isNull(explainKeyFailure(null, 'deploy'))
  })
})

test.group('Keys as a server shows them', () => {
  test('are told apart from what is none', ({ assert }) => {
    const [one, other] = [some('ada@laptop'), some('two words')]
    const found = readFoundKeys(
      ['keys', '# hand off', one, '', `from="10.0.0.1 x",no-pty ${other}`, 'rubbish', ''].join('\n')
    )
    assert.deepEqual(found, {
      state: 'keys',
      keys: [
        {
          type: 'ssh-ed25519',
          fingerprint: fingerprint(readPublicKey(one)),
          comment: 'ada@laptop',
          restricted: false,
        },
        {
          type: 'ssh-ed25519',
          fingerprint: fingerprint(readPublicKey(other)),
          comment: 'two words',
          restricted: true,
        },
      ],
      unreadable: 1,
      cut: false,
    })
  })

  test('are capped, in number and in what they say of themselves', ({ assert }) => {
    const [type, key] = some().split(' ')
    const many = readFoundKeys(`keys\n${`${type} ${key}\n`.repeat(600)}`)
    assert.lengthOf(many.keys, 500)
    assert.isTrue(many.cut)
    const loud = readFoundKeys(`keys\n${type} ${key} \u202e\u001b[31m${'x'.repeat(5000)}\n`)
    assert.equal(loud.keys[0].comment, `[31m${'x'.repeat(96)}`)
    for (const payload of PAYLOADS) assert.doesNotThrow(() => readFoundKeys(`keys\n${payload}\n`))
    assert.equal(readFoundKeys('something else').state, 'none')
  })
})
