import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { readPrivateKey } from '#engine/ssh/private_key'

test.group('generateKeyPair', () => {
  test('makes keys that ssh2 reads, every time', ({ assert }) => {
    for (let index = 0; index < 1500; index++) {
      const { privateKey } = generateKeyPair('x'.repeat(index % 9))
      assert.equal(readPrivateKey(privateKey).type, 'ssh-ed25519')
    }
  })

  test('makes private keys in which OpenSSH finds the public one', ({ assert }) => {
    const directory = mkdtempSync(join(tmpdir(), 'muster-key-'))
    try {
      const file = join(directory, 'id')
      const pair = generateKeyPair('muster of a test')
      writeFileSync(file, pair.privateKey.reveal(), { mode: 0o600 })
      const publicKey = execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' })
      assert.equal(publicKey.trim(), pair.publicKey)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  test('refuses a comment that would break the line', ({ assert }) => {
    assert.throws(() => generateKeyPair('a\nssh-rsa AAAA'), /one line/)
  })
})
