import { PassThrough } from 'node:stream'
import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import { type RunResult } from '#engine/ssh/remote'
import { FakeRemote } from '#engine/testing/fake_remote'
import { remoteContract } from '#engine/testing/remote_contract'

remoteContract('FakeRemote keeps the contract of Remote', async () => {
  const remote = new FakeRemote()
  remote.services.set('127.0.0.1:22', () => {
    const stream = new PassThrough()
    stream.write('SSH-2.0-fake\r\n')
    return stream
  })
  return {
    remote,
    directory: '/srv',
    greeter: { host: '127.0.0.1', port: 22 },
    teach: (command, reply) => void remote.on(command, reply),
    close: async () => {},
  }
})

async function stdoutOf(run: Promise<RunResult>): Promise<string> {
  const { stdout } = await run
  return stdout
}

test.group('FakeRemote', () => {
  test('records what was run, with and without secrets', async ({ assert }) => {
    const remote = new FakeRemote().on(/^login /)
    await remote.run(sh`login ${new Secret('canary')}`, { stdin: 'yes', asLogin: true })
    assert.deepEqual(remote.commands, [
      {
        rendered: "login 'canary'",
        described: 'login [redacted]',
        stdin: Buffer.from('yes'),
        asLogin: true,
      },
    ])
    assert.deepEqual(remote.described, ['login [redacted]'])
  })

  test('gives answers in turn and the last one for ever', async ({ assert }) => {
    const remote = new FakeRemote().on('date', { code: 1 }, { stdout: 'now' })
    const answers = [await remote.run(sh`date`), await remote.run(sh`date`)]
    assert.deepEqual(answers[0].outcome, { kind: 'exited', code: 1 })
    assert.equal(answers[1].stdout, 'now')
    assert.equal(await stdoutOf(remote.run(sh`date`)), 'now')
  })

  test('an answer may depend on the command, and a later script wins', async ({ assert }) => {
    const remote = new FakeRemote()
      .on(/./, { stdout: 'any' })
      .on(/^echo /, ({ stdin }) => ({ stdout: `got ${stdin}` }))
    assert.equal(await stdoutOf(remote.run(sh`echo x`, { stdin: 'it' })), 'got it')
    assert.equal(await stdoutOf(remote.run(sh`true`)), 'any')
  })

  test('a lost link and an error are answers, too', async ({ assert }) => {
    const remote = new FakeRemote()
      .on('a', { lost: 'link down' })
      .on('b', { error: new RangeError('no') })
    const lost = await remote.run(sh`a`)
    assert.deepEqual(lost.outcome, { kind: 'unknown', reason: 'link down' })
    await assert.rejects(() => remote.run(sh`b`), 'no')
  })

  test('a command without a scripted answer is an error', async ({ assert }) => {
    await assert.rejects(() => new FakeRemote().run(sh`reboot`), /No answer is scripted.*reboot/)
  })
})
