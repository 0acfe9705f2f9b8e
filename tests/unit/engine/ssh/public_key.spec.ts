import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { fingerprint } from '#engine/ssh/host_key'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { readPublicKey } from '#engine/ssh/public_key'
import { field, mpint } from '#engine/ssh/wire'
import { PAYLOADS } from '#tests/support/payload_corpus'

test.group('readPublicKey', (group) => {
  let directory: string
  let count = 0

  group.setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'muster-key-'))
    return () => rmSync(directory, { recursive: true })
  })

  /** What ssh-keygen makes of these options: the line, and what it says of it. */
  function made(...options: string[]) {
    const file = join(directory, `key-${++count}`)
    execFileSync('ssh-keygen', ['-q', '-N', '', '-C', 'ada@laptop', ...options, '-f', file])
    const shown = execFileSync('ssh-keygen', ['-l', '-f', `${file}.pub`], { encoding: 'utf8' })
    const [bits, print] = shown.split(' ')
    return { line: readFileSync(`${file}.pub`, 'utf8'), bits: Number(bits), print, file }
  }

  const refusal = (text: string) => {
    try {
      readPublicKey(text)
      return null
    } catch (error) {
      return (error as Error).message
    }
  }

  test('reads keys of {0} as ssh-keygen does')
    .with([
      ['ed25519', '-t', 'ed25519'],
      ['rsa', '-t', 'rsa', '-b', '2048'],
      ['rsa of 3072 bits', '-t', 'rsa', '-b', '3072'],
      ['ecdsa', '-t', 'ecdsa', '-b', '256'],
      ['ecdsa of 384 bits', '-t', 'ecdsa', '-b', '384'],
      ['ecdsa of 521 bits', '-t', 'ecdsa', '-b', '521'],
    ])
    .run(({ assert }, [, ...options]) => {
      const { line, bits, print } = made(...options)
      const read = readPublicKey(line)
      assert.equal(`${read.type} ${read.key} ${read.comment}\n`, line)
      assert.equal(read.bits, bits)
      assert.equal(fingerprint(read), print)
    })

  test('reads keys that live on a security key', ({ assert }) => {
    const point = Buffer.alloc(32, 7)
    const type = 'sk-ssh-ed25519@openssh.com'
    const blob = Buffer.concat([field(type), field(point), field('ssh:')])
    assert.equal(readPublicKey(`${type} ${blob.toString('base64')} ada`).bits, 256)
    const without = Buffer.concat([field(type), field(point)])
    assert.include(refusal(`${type} ${without.toString('base64')}`), 'damaged')
  })

  test('takes a key without comment, and one with words of any language', ({ assert }) => {
    const { publicKey } = generateKeyPair('')
    assert.equal(readPublicKey(`  ${publicKey}\r\n`).comment, '')
    assert.equal(readPublicKey(`${publicKey} Größe ✓ of Ada`).comment, 'Größe ✓ of Ada')
  })

  test('refuses weak keys', ({ assert }) => {
    assert.include(refusal(made('-t', 'rsa', '-b', '1024').line), 'this one has 1024')
    const blob = Buffer.concat([field('ssh-dss'), ...[1, 2, 3, 4].map((n) => mpint(Buffer.of(n)))])
    assert.include(refusal(`ssh-dss ${blob.toString('base64')} ada`), 'DSA')
  })

  test('refuses options, certificates, private keys and several keys', ({ assert }) => {
    const { publicKey } = generateKeyPair('ada')
    const key = made('-t', 'ed25519')
    execFileSync('ssh-keygen', ['-q', '-s', key.file, '-I', 'ada', '-n', 'ada', `${key.file}.pub`])
    const certificate = readFileSync(`${key.file}-cert.pub`, 'utf8')
    assert.include(refusal(`command="id" ${publicKey}`), 'Options')
    assert.include(refusal(`no-pty,from="10.0.0.0/8 x" ${publicKey}`), 'Options')
    assert.include(refusal(certificate), 'certificate')
    assert.include(refusal(readFileSync(key.file, 'utf8')), 'private key')
    assert.include(refusal(`${publicKey}\n${publicKey}`), 'one line')
    assert.include(refusal(`${publicKey}\rssh-rsa AAAA`), 'one line')
  })

  test('refuses blobs that are not what their type says', ({ assert }) => {
    const [type, key] = generateKeyPair('').publicKey.split(' ')
    const blob = Buffer.from(key, 'base64')
    const as = (bytes: Buffer, name = type) => refusal(`${name} ${bytes.toString('base64')}`)
    assert.include(as(blob.subarray(0, -1)), 'damaged')
    assert.include(as(Buffer.concat([blob, Buffer.of(0)])), 'damaged')
    assert.include(as(blob, 'ssh-rsa'), 'damaged')
    assert.include(refusal(`${type} ${key.slice(0, -1)}`), 'damaged')
    assert.include(as(Buffer.from('ffffffff41', 'hex')), 'damaged')
    const offCurve = Buffer.concat([
      field('ecdsa-sha2-nistp256'),
      field('nistp256'),
      field(Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)])),
    ])
    assert.include(as(offCurve, 'ecdsa-sha2-nistp256'), 'damaged')
    const even = [field('ssh-rsa'), mpint(Buffer.of(3)), mpint(Buffer.alloc(256, 254))]
    assert.include(as(Buffer.concat(even), 'ssh-rsa'), 'damaged')
    const signed = [field('ssh-rsa'), mpint(Buffer.of(3)), field(Buffer.alloc(256, 255))]
    assert.include(as(Buffer.concat(signed), 'ssh-rsa'), 'damaged')
  })

  test('takes nothing of the payload corpus for a key or a type, and keeps comments in line', ({
    assert,
  }) => {
    const { publicKey } = generateKeyPair('')
    const [type, key] = publicKey.split(' ')
    for (const payload of PAYLOADS) {
      assert.isNotNull(refusal(payload), JSON.stringify(payload))
      if (payload !== '') assert.isNotNull(refusal(`${payload} ${key}`), JSON.stringify(payload))
      if (refusal(`${type} ${key} ${payload}`) !== null) continue
      assert.notMatch(readPublicKey(`${type} ${key} ${payload}`).comment, /\p{Cc}/u)
    }
  })
})
