import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { Secret } from '#engine/shell/secret'
import { importKeyPair } from '#engine/ssh/import_key'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { readPrivateKey } from '#engine/ssh/private_key'
import type { UnusableKey } from '#engine/ssh/unusable_key'
import { NUL_PAYLOADS, PAYLOADS } from '#tests/support/payload_corpus'

const PASSPHRASE = 'opens the key'

/** Kinds of keys as ssh-keygen makes them; Ed25519 it writes in its own format alone. */
const KINDS = [
  ...[['ed25519'], ['ecdsa', '-b', '256'], ['ecdsa', '-b', '521'], ['rsa', '-b', '2048']].map(
    (type) => ({ type, format: 'RFC4716' })
  ),
  ...['PEM', 'PKCS8'].flatMap((format) =>
    [
      ['ecdsa', '-b', '384'],
      ['rsa', '-b', '2048'],
    ].map((type) => ({ type, format }))
  ),
]

const refusal = async (text: string, passphrase: string | null = null): Promise<UnusableKey> => {
  try {
    await importKeyPair(new Secret(text), passphrase === null ? null : new Secret(passphrase), 'c')
  } catch (error) {
    return error as UnusableKey
  }
  throw new Error('The key was taken.')
}

test.group('Importing a private key', (group) => {
  let directory: string

  group.setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'keys-'))
    return () => rmSync(directory, { recursive: true })
  })

  let count = 0
  /** A key made by ssh-keygen, with its public part. */
  function made(type: readonly string[], format: string, passphrase: string, rounds = 1) {
    const file = join(directory, `key-${++count}`)
    const how = format === 'RFC4716' ? [] : ['-m', format]
    const effort = ['-a', String(rounds), '-N', passphrase, '-f', file]
    execFileSync('ssh-keygen', ['-q', '-t', ...type, ...how, ...effort])
    const publicKey = readFileSync(`${file}.pub`, 'utf8').split(' ')
    return { text: readFileSync(file, 'utf8'), type: publicKey[0], blob: publicKey[1] }
  }

  test('takes {type} in {format}, with a passphrase and without')
    .with(KINDS)
    .run(async ({ assert }, { type, format }) => {
      for (const passphrase of ['', PASSPHRASE]) {
        const key = made(type, format, passphrase)
        const secret = passphrase ? new Secret(passphrase) : null
        const pair = await importKeyPair(new Secret(key.text), secret, 'imported')
        assert.equal(pair.publicKey, `${key.type} ${key.blob} imported`)
        const stored = readPrivateKey(pair.privateKey)
        assert.equal(stored.getPublicSSH().toString('base64'), key.blob)
        assert.notInclude(pair.privateKey.reveal(), 'ENCRYPTED')
      }
    })

  test('asks for the passphrase, and says when it is another', async ({ assert }) => {
    for (const { type, format } of KINDS) {
      const { text } = made(type, format, PASSPHRASE)
      assert.equal((await refusal(text)).concerns, 'passphrase')
      assert.include((await refusal(text)).message, 'protected by a passphrase')
      assert.include((await refusal(text, 'another one')).message, 'does not open')
    }
  })

  test('keeps nothing else waiting for a key that takes long to open', async ({ assert }) => {
    const { text, blob } = made(['ed25519'], 'RFC4716', PASSPHRASE, 24)
    let ticks = 0
    const ticking = setInterval(() => ticks++, 5)
    const pair = await importKeyPair(new Secret(text), new Secret(PASSPHRASE), '')
    clearInterval(ticking)
    assert.include(pair.publicKey, blob)
    assert.isAbove(ticks, 3)
  })

  test('takes line ends of browsers, and room around the key', async ({ assert }) => {
    const { text, blob } = made(['ed25519'], 'RFC4716', '')
    const sent = `\r\n  ${text.replaceAll('\n', '\r\n')}\r\n`
    assert.include((await importKeyPair(new Secret(sent), null, '')).publicKey, blob)
  })

  test('takes back what Muster itself makes', async ({ assert }) => {
    for (let index = 0; index < 300; index++) {
      const pair = generateKeyPair('muster')
      const again = await importKeyPair(pair.privateKey, null, 'muster')
      assert.equal(again.publicKey, pair.publicKey)
    }
  })

  test('says what is wrong with what is no such key', async ({ assert }) => {
    const { text } = made(['ed25519'], 'RFC4716', '')
    const pem = (type: 'ed448' | 'x25519') =>
      generateKeyPairSync(type as 'ed448').privateKey.export({ format: 'pem', type: 'pkcs8' })
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
    assert.include((await refusal(generateKeyPair('').publicKey)).message, 'public key')
    assert.include((await refusal('PuTTY-User-Key-File-3: ssh-ed25519\n')).message, 'PuTTY')
    assert.include((await refusal('rubbish')).message, 'no private key')
    assert.include((await refusal(text.slice(0, 120))).message, 'cannot be read')
    assert.include((await refusal(String(pem('ed448')))).message, 'of this type')
    assert.include((await refusal(String(pem('x25519')))).message, 'of this type')
    const bits = String(weak.export({ format: 'pem', type: 'pkcs8' }))
    assert.include((await refusal(bits)).message, '1024 bits')
  })

  test('refuses text that breaks software, and repeats none of it', async ({ assert }) => {
    for (const payload of [...PAYLOADS, ...NUL_PAYLOADS]) {
      for (const text of [
        payload,
        `-----BEGIN OPENSSH PRIVATE KEY-----\n${payload}\n-----END OPENSSH PRIVATE KEY-----`,
        `-----BEGIN PRIVATE KEY-----\n${payload}\n-----END PRIVATE KEY-----`,
      ]) {
        const { name, message } = await refusal(text)
        assert.equal(name, 'UnusableKey')
        if (payload.trim().length > 8) assert.notInclude(message, payload.trim())
      }
    }
  })
})
