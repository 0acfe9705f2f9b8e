import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { Secret } from '#engine/shell/secret'
import { importKeyPair } from '#engine/ssh/import_key'
import { readPrivateKey } from '#engine/ssh/private_key'
import { field, uint32 } from '#engine/ssh/wire'
import { PAYLOADS } from '#tests/support/payload_corpus'

test.group('importKeyPair', (group) => {
  let directory: string
  let count = 0

  group.setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'muster-key-'))
    return () => rmSync(directory, { recursive: true })
  })

  function made(...options: string[]) {
    const file = join(directory, `key-${++count}`)
    const locked = options.includes('-N') ? [] : ['-N', '']
    execFileSync('ssh-keygen', ['-q', '-C', 'ada', ...locked, ...options, '-f', file])
    const publicKey = readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
    return { text: new Secret(readFileSync(file, 'utf8')), publicKey }
  }

  const refusal = (text: Secret | string, passphrase: Secret | null = null) => {
    try {
      importKeyPair(text instanceof Secret ? text : new Secret(text), passphrase, '')
      return null
    } catch (error) {
      return (error as Error).message
    }
  }

  const types = [
    ['-t', 'ed25519'],
    ['-t', 'rsa', '-b', '2048'],
    ['-t', 'ecdsa', '-b', '256'],
    ['-t', 'ecdsa', '-b', '384'],
    ['-t', 'ecdsa', '-b', '521'],
  ]
  const forms = [[], ['-N', 'the passphrase']]
  const pem = ['-m', 'PEM']

  test('takes what ssh-keygen {$self} makes, and keeps it without a passphrase')
    .with([
      ...types.flatMap((type) => forms.map((form) => [...type, ...form])),
      ...types.slice(1).flatMap((type) => forms.map((form) => [...type, ...pem, ...form])),
      ...types.slice(1).map((type) => [...type, '-m', 'PKCS8']),
      ['-t', 'ed25519', '-N', 'the passphrase', '-a', '32'],
    ])
    .run(({ assert }, options) => {
      const { text, publicKey } = made(...options)
      const locked = options.includes('-N')
      const passphrase = locked ? new Secret('the passphrase') : null
      const pair = importKeyPair(text, passphrase, 'muster')
      assert.equal(pair.publicKey, `${publicKey} muster`)
      const parsed = readPrivateKey(pair.privateKey)
      assert.equal(parsed.getPublicSSH().toString('base64'), publicKey.split(' ')[1])
      if (!locked) return
      assert.include(refusal(text), 'passphrase')
      assert.include(refusal(text, new Secret('another')), 'passphrase')
    })

  test('takes a key whose lines a browser sent with CR LF', ({ assert }) => {
    const { text, publicKey } = made('-t', 'ed25519')
    const sent = new Secret(text.reveal().replaceAll('\n', '\r\n'))
    assert.equal(importKeyPair(sent, null, '').publicKey, publicKey)
  })

  test('takes a key that openssl made', ({ assert }) => {
    for (const { privateKey } of [
      generateKeyPairSync('ed25519'),
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ]) {
      const text = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string
      assert.match(importKeyPair(new Secret(text), null, '').publicKey, /^(ssh-ed25519|ecdsa)/)
    }
  })

  test('refuses weak keys, keys of other kinds, and locks that would hold it up', ({ assert }) => {
    assert.include(refusal(made('-t', 'rsa', '-b', '1024').text), 'this one has 1024')
    const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey
    assert.include(refusal(dsa.export({ format: 'pem', type: 'pkcs8' }) as string), 'type')
    const x25519 = generateKeyPairSync('x25519').privateKey
    assert.include(refusal(x25519.export({ format: 'pem', type: 'pkcs8' }) as string), 'type')
    const odd = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey
    assert.include(refusal(odd.export({ format: 'pem', type: 'sec1' }) as string), 'type')
    const slow = made('-t', 'ed25519', '-N', 'the passphrase', '-a', '101').text
    assert.include(refusal(slow, new Secret('the passphrase')), '101 rounds')
    const locked = generateKeyPairSync('ed25519').privateKey.export({
      ...{ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'the passphrase' },
    }) as string
    assert.include(refusal(locked, new Secret('the passphrase')), 'ssh-keygen -p')
  })

  const pemOf = (label: string, der: Buffer) =>
    `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----`

  test('refuses a lock whose rounds stand elsewhere when a line is left out', ({ assert }) => {
    const line = '-----AAAAAA-----'
    const salt = Buffer.concat([Buffer.alloc(1), Buffer.from(line, 'base64'), Buffer.alloc(3)])
    const before = Buffer.concat([
      Buffer.from('openssh-key-v1\0'),
      ...['aes256-ctr', 'bcrypt'].map(field),
      uint32(4 + salt.length + 4),
      uint32(salt.length),
      salt.subarray(0, 1),
    ])
    const type = Buffer.concat([Buffer.alloc(4), field(field('ssh-ed25519'))])
    const after = Buffer.concat([
      ...[salt.subarray(13), uint32(101), uint32(1), field(field(type))],
      field(Buffer.alloc(64)),
    ])
    assert.equal(before.length % 3, 0)
    const text = [
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      ...[before.toString('base64'), line, after.toString('base64')],
      '-----END OPENSSH PRIVATE KEY-----',
    ].join('\n')
    assert.include(refusal(text, new Secret('the passphrase')), 'damaged')
    assert.include(refusal(text.replace(line, 'AAAA'), new Secret('x')), 'damaged')
  })

  test('opens no second block behind the first, whatever lock it has', ({ assert }) => {
    const locked = generateKeyPairSync('ed25519').privateKey.export({
      ...{ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'the passphrase' },
    }) as string
    const first = pemOf('RSA PRIVATE KEY', Buffer.alloc(3))
    for (const text of [
      `${first}\n${locked}Proc-Type: 4,ENCRYPTED`,
      `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n${locked}`,
    ]) {
      assert.include(refusal(text, new Secret('the passphrase')), 'damaged')
    }
  })

  test('works nothing out for a key that logs in nowhere', ({ assert }) => {
    const der = (tag: number, ...parts: Buffer[]) => {
      const content = Buffer.concat(parts)
      return Buffer.concat([Buffer.of(tag, 0x82), uint32(content.length).subarray(2), content])
    }
    const number = (bytes: number) => der(2, Buffer.of(0x7f), randomBytes(bytes - 1), Buffer.of(1))
    const dsa = Buffer.from('06072a8648ce380401', 'hex')
    const parameters = der(0x30, number(3000), number(32), number(3000))
    const head = [Buffer.of(2, 1, 0), der(0x30, dsa, parameters)]
    const text = pemOf('PRIVATE KEY', der(0x30, ...head, der(4, number(3000))))
    const started = performance.now()
    assert.include(refusal(text), 'type')
    assert.isBelow(performance.now() - started, 1000)
  })

  test('says what a public key, a cut one and a PuTTY one are', ({ assert }) => {
    const { text, publicKey } = made('-t', 'ed25519')
    assert.include(refusal(publicKey), 'public part')
    assert.include(refusal(text.reveal().slice(0, 200)), 'damaged')
    assert.include(refusal('PuTTY-User-Key-File-3: ssh-ed25519\n'), 'PuTTYgen')
  })

  test('repeats nothing of what was sent', ({ assert }) => {
    for (const payload of PAYLOADS) {
      const message = refusal(payload)
      assert.isNotNull(message, JSON.stringify(payload))
      if (payload.trim().length > 8) assert.notInclude(message!, payload.trim())
      const inside = `-----BEGIN OPENSSH PRIVATE KEY-----\n${payload}\n-----END OPENSSH PRIVATE KEY-----`
      assert.isNotNull(refusal(inside))
    }
  })
})
