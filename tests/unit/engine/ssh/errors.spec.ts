import { execFileSync } from 'node:child_process'
import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import { commandFailed } from '#engine/ssh/command_failure'
import { type RemoteError } from '#engine/ssh/errors'
import { handshakeError } from '#engine/ssh/handshake_error'
import { fingerprint, hostKeyOf } from '#engine/ssh/host_key'
import { HostKeyMismatch } from '#engine/ssh/host_key_mismatch'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { type Outcome } from '#engine/ssh/remote'

test.group('commandFailed', () => {
  const failed = (outcome: Outcome, stderr = '', stdin?: Secret) =>
    commandFailed(
      'web-1',
      sh`tar -x ${'a b'}`,
      { outcome, stdout: 'out', stderr, durationMs: 1 },
      stdin
    )

  test('names the command, how it ended, where, and its last lines', ({ assert }) => {
    const lines = Array.from({ length: 9 }, (_, index) => `line ${index}`).join('\n')
    const error = failed({ kind: 'exited', code: 2 }, lines)
    assert.equal(
      error.message,
      "tar -x 'a b': exit code 2 on web-1: line 4\nline 5\nline 6\nline 7\nline 8"
    )
    assert.equal(error.command, "tar -x 'a b'")
  })

  test('without errors it shows the output, without both nothing', ({ assert }) => {
    assert.match(failed({ kind: 'exited', code: 1 }).message, /on web-1: out$/)
  })

  test('says what to do for each way to end', ({ assert }) => {
    assert.include(failed({ kind: 'exited', code: 127 }).hint, 'install')
    assert.include(failed({ kind: 'exited', code: 126 }).hint, 'permissions')
    assert.include(failed({ kind: 'signalled', name: 'SIGKILL' }).message, 'SIGKILL')
    assert.include(failed({ kind: 'signalled', name: 'SIGKILL' }).hint, 'memory')
    assert.include(failed({ kind: 'unknown', reason: 'link down' }).message, 'link down')
  })

  test('does not repeat a secret that came by stdin', ({ assert }) => {
    const error = failed(
      { kind: 'exited', code: 1 },
      'bad token: canary-7d1f',
      new Secret('canary-7d1f')
    )
    assert.include(error.message, 'bad token: [redacted]')
  })
})

test.group('handshakeError', () => {
  const error = (message: string, level: string, greeting = 'SSH-2.0-x\r\n'): RemoteError =>
    handshakeError({
      server: 'web-1',
      error: Object.assign(new Error(message), { level }),
      greeting,
      timeout: 15_000,
      credential: 'the key of user root',
    })

  test('explains each failure and says what to do', ({ assert }) => {
    const cases = [
      [
        error('All configured authentication methods failed', 'client-authentication'),
        'E_AUTH',
        /the key of user root/,
      ],
      [error('Timed out while waiting for handshake', 'client-timeout'), 'E_TIMEOUT', /15 s/],
      [
        error('Handshake failed: no matching key exchange algorithm', 'handshake'),
        'E_CONNECT',
        /post-quantum/,
      ],
      [
        error('Handshake failed: no matching C->S cipher', 'handshake'),
        'E_CONNECT',
        /no matching C->S cipher/,
      ],
      [
        error('read ECONNRESET', 'client-socket'),
        'E_CONNECT',
        /during the login \(read ECONNRESET\)/,
      ],
      [error('x', 'protocol', ''), 'E_CONNECT', /before the handshake/],
      [error('x', 'protocol', 'Exceeded MaxStartups\r\n'), 'E_CONNECT', /before the handshake/],
      [error('x', 'protocol', 'Not allowed at this time\r\n'), 'E_CONNECT', /PerSourcePenalties/],
      [error('x', 'protocol', '220 mail ESMTP\r\n'), 'E_CONNECT', /not an SSH server/],
    ] as const
    for (const [failure, code, message] of cases) {
      assert.equal(failure.code, code)
      assert.match(failure.message, message)
      assert.isNotEmpty(failure.hint)
    }
  })
})

test.group('host keys', () => {
  const pair = generateKeyPair('muster')
  const [type, key] = pair.publicKey.split(' ')

  test('fingerprints are those of ssh-keygen', ({ assert }) => {
    const shown = execFileSync('ssh-keygen', ['-lf', '-'], {
      input: pair.publicKey,
      encoding: 'utf8',
    })
    assert.equal(fingerprint({ type, key }), shown.split(' ')[1])
  })

  test('the type of a key is read from its blob', ({ assert }) => {
    assert.deepEqual(hostKeyOf(Buffer.from(key, 'base64')), { type, key })
    for (const blob of [Buffer.alloc(0), Buffer.alloc(4), Buffer.from([0, 0, 0, 9, 1])]) {
      assert.throws(() => hostKeyOf(blob), /not a host key/)
    }
  })

  test('a mismatch shows both fingerprints', ({ assert }) => {
    const other = generateKeyPair('other').publicKey.split(' ')
    const offered = { type: other[0], key: other[1] }
    const error = new HostKeyMismatch('web-1', [{ type, key }], offered)
    assert.include(error.message, fingerprint({ type, key }))
    assert.include(error.message, fingerprint(offered))
    assert.include(error.message, 'before any credential was sent')
  })
})
