import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { generateKeyPair, generateRsaKeyPair } from '#engine/ssh/key_pair'
import { readPrivateKey } from '#engine/ssh/private_key'
import type { Secret } from '#engine/shell/secret'

/** The public key that OpenSSH finds in a private one. */
function publicKeyByOpenSsh(privateKey: Secret): string {
  const directory = mkdtempSync(join(tmpdir(), 'muster-key-'))
  try {
    const file = join(directory, 'id')
    writeFileSync(file, privateKey.reveal(), { mode: 0o600 })
    return execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).trim()
  } finally {
    rmSync(directory, { recursive: true })
  }
}

test.group('generateKeyPair', () => {
  test('makes keys that ssh2 reads, every time', ({ assert }) => {
    for (let index = 0; index < 1500; index++) {
      const { privateKey } = generateKeyPair('x'.repeat(index % 9))
      assert.equal(readPrivateKey(privateKey).type, 'ssh-ed25519')
    }
  })

  test('makes private keys in which OpenSSH finds the public one', ({ assert }) => {
    const pair = generateKeyPair('muster of a test')
    assert.equal(publicKeyByOpenSsh(pair.privateKey), pair.publicKey)
  })

  test('refuses a comment that would break the line', async ({ assert }) => {
    assert.throws(() => generateKeyPair('a\nssh-rsa AAAA'), /one line/)
    await assert.rejects(() => generateRsaKeyPair('a\nssh-rsa AAAA'), /one line/)
  })
})

test.group('generateRsaKeyPair', () => {
  test('makes keys of 4096 bits that ssh2 and OpenSSH read', async ({ assert }) => {
    const pair = await generateRsaKeyPair('muster')
    const parsed = readPrivateKey(pair.privateKey)
    assert.equal(parsed.type, 'ssh-rsa')
    const [type, key, comment] = pair.publicKey.split(' ')
    assert.equal(parsed.getPublicSSH().toString('base64'), key)
    assert.equal(publicKeyByOpenSsh(pair.privateKey), `${type} ${key}`)
    assert.equal(comment, 'muster')
    const shown = execFileSync('ssh-keygen', ['-l', '-f', '-'], {
      encoding: 'utf8',
      input: pair.publicKey,
    })
    assert.match(shown, /^4096 SHA256:\S+ muster \(RSA\)/)
  }).timeout(60_000)
})
