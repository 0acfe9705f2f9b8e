import { Readable } from 'node:stream'
import { test } from '@japa/runner'
import { sh, type Command } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import { type CommandFailed, type RemoteError } from '#engine/ssh/errors'
import { type Remote, type RunResult } from '#engine/ssh/remote'
import { type Reply } from '#engine/testing/fake_remote'
import { questionContract } from '#engine/testing/question_contract'
import { rejected } from '#engine/testing/rejected'
import { shellContract } from '#engine/testing/shell_contract'
import { streamContract } from '#engine/testing/stream_contract'

/** A remote to be held to the contract. */
export interface RemoteUnderTest {
  remote: Remote
  /** An empty directory on the server that files may be written to. */
  directory: string
  /** A service that greets with `SSH-2.0-`, as seen from the server. */
  greeter: { host: string; port: number }
  /** Teaches a fake what a real server does with this command by itself. */
  teach(command: Command, reply: Reply): void
  close(): Promise<void>
}

/** Registers the tests that every `Remote` has to pass. */
export function remoteContract(title: string, create: () => Promise<RemoteUnderTest>): void {
  test.group(title, (group) => {
    let subject: RemoteUnderTest
    group.setup(async () => {
      subject = await create()
      return () => subject.close()
    })

    commands(() => subject)
    limits(() => subject)
    files(() => subject)
    streamContract(() => subject)
    questionContract(() => subject)
    shellContract(() => subject.remote)
  })
}

function commands(subject: () => RemoteUnderTest): void {
  test('a command gives its exit code and both outputs', async ({ assert }) => {
    const { remote, teach } = subject()
    const command = sh`echo ${'to you'}; echo ${"it's"} >&2; exit 3`
    teach(command, { stdout: 'to you\n', stderr: "it's\n", code: 3 })
    const result = await remote.run(command)
    assert.deepEqual(result.outcome, { kind: 'exited', code: 3 })
    assert.equal(result.stdout, 'to you\n')
    assert.equal(result.stderr, "it's\n")
    assert.isAtLeast(result.durationMs, 0)
  })

  test('a command ended by a signal is signalled', async ({ assert }) => {
    const { remote, teach } = subject()
    const command = sh`kill -TERM $$`
    teach(command, { signal: 'SIGTERM' })
    const { outcome } = await remote.run(command)
    assert.equal(outcome.kind, 'signalled')
    assert.match(outcome.kind === 'signalled' ? outcome.name : '', /^(SIG)?TERM$/)
  })

  test('input from a {kind} arrives')
    .with([
      { kind: 'string', stdin: () => 'text ✓' },
      { kind: 'Buffer', stdin: () => Buffer.from('text ✓') },
      { kind: 'Readable', stdin: () => Readable.from([Buffer.from('text '), Buffer.from('✓')]) },
      { kind: 'Secret', stdin: () => new Secret('text ✓') },
    ])
    .run(async ({ assert }, { stdin }) => {
      const { remote, teach } = subject()
      teach(sh`cat`, { stdout: 'text ✓' })
      const { stdout } = await remote.run(sh`cat`, { stdin: stdin() })
      assert.equal(stdout, 'text ✓')
    })

  test('without input a command reads nothing', async ({ assert }) => {
    const { remote, teach } = subject()
    teach(sh`wc -c`, { stdout: '0\n' })
    assert.match(await stdoutOf(remote.run(sh`wc -c`)), /^0\s*$/)
  })

  test('mustRun rejects anything but exit code 0 and shows no secret', async ({ assert }) => {
    const { remote, teach } = subject()
    const command = sh`echo ${new Secret('canary-7d1f')} >&2; exit 4`
    teach(command, { stderr: 'canary-7d1f\n', code: 4 })
    const error = await rejected<CommandFailed>(remote.mustRun(command))
    assert.equal(error.code, 'E_COMMAND_FAILED')
    assert.deepEqual(error.result.outcome, { kind: 'exited', code: 4 })
    assert.include(error.message, 'exit code 4')
    assert.notInclude(error.message + error.command + error.stack, 'canary-7d1f')
    assert.isNotEmpty(error.hint)
  })

  test('a value with a NUL character is refused', async ({ assert }) => {
    const error = await rejected(subject().remote.run(sh`echo ${'a\0b'}`))
    assert.instanceOf(error, TypeError)
  })

  test('a command that is too long to be sent is refused', async ({ assert }) => {
    const error = await rejected(subject().remote.run(sh`echo ${'a'.repeat(200_000)}`))
    assert.instanceOf(error, TypeError)
    assert.include(error.message, 'stdin')
  })
}

function limits(subject: () => RemoteUnderTest): void {
  test('a timeout rejects with E_TIMEOUT', async ({ assert }) => {
    const { remote, teach } = subject()
    teach(sh`sleep 3`, { delay: 3000 })
    const error = await rejected<RemoteError>(remote.run(sh`sleep 3`, { timeout: 300 }))
    assert.equal(error.code, 'E_TIMEOUT')
    assert.include(error.message, 'sleep 3')
  })

  test('a signal rejects with E_ABORTED', async ({ assert }) => {
    const { remote, teach } = subject()
    teach(sh`sleep 3`, { delay: 3000 })
    const signal = AbortSignal.timeout(300)
    assert.equal(await codeOf(remote.run(sh`sleep 3`, { signal })), 'E_ABORTED')
  })

  test('a signal that was given before keeps the command from starting', async ({ assert }) => {
    const { remote, directory, teach } = subject()
    const command = sh`touch ${`${directory}/started`}`
    teach(command, {})
    const signal = AbortSignal.abort()
    assert.equal(await codeOf(remote.run(command, { signal })), 'E_ABORTED')
    assert.instanceOf(await rejected(remote.readFile(`${directory}/started`)), Error)
  })
}

function files(subject: () => RemoteUnderTest): void {
  test('a file is read as it was written', async ({ assert }) => {
    const { remote, directory } = subject()
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256))
    await remote.writeFile(`${directory}/bytes`, content, { mode: 0o600 })
    assert.isTrue(content.equals(await remote.readFile(`${directory}/bytes`)))
  })

  test('a file is replaced, and may be empty or secret', async ({ assert }) => {
    const { remote, directory } = subject()
    const path = `${directory}/it's a "file"`
    await remote.writeFile(path, 'first', { mode: 0o644, owner: 'root:root' })
    await remote.writeFile(path, '', { mode: 0o644 })
    assert.equal(String(await remote.readFile(path)), '')
    await remote.writeFile(path, new Secret('canary-7d1f'), { mode: 0o600 })
    assert.equal(String(await remote.readFile(path)), 'canary-7d1f')
  })

  test('a missing file cannot be read', async ({ assert }) => {
    const { remote, directory } = subject()
    const error = await rejected<CommandFailed>(remote.readFile(`${directory}/missing`))
    assert.equal(error.code, 'E_COMMAND_FAILED')
    assert.include(error.message, 'No such file')
  })

  test('a file is read up to its limit and refused beyond', async ({ assert }) => {
    const { remote, directory } = subject()
    await remote.writeFile(`${directory}/ten`, '0123456789', { mode: 0o600 })
    assert.lengthOf(await remote.readFile(`${directory}/ten`, { maxBytes: 10 }), 10)
    const error = await rejected<CommandFailed>(
      remote.readFile(`${directory}/ten`, { maxBytes: 9 })
    )
    assert.equal(error.code, 'E_COMMAND_FAILED')
    assert.include(error.message, 'larger than')
  })

  test('paths that are not absolute, odd modes and odd owners are refused', async ({ assert }) => {
    const { remote, directory } = subject()
    const path = `${directory}/refused`
    for (const refused of [
      remote.readFile('etc/passwd'),
      remote.readFile('/etc/'),
      remote.writeFile('x', '', { mode: 0o600 }),
      remote.writeFile(path, '', { mode: 0o10000 }),
      remote.writeFile(path, '', { mode: 0o600, owner: '-R' }),
      remote.writeFile(path, '', { mode: 0o600, owner: 'a b' }),
    ]) {
      assert.instanceOf(await rejected(refused), TypeError)
    }
  })
}

async function stdoutOf(run: Promise<RunResult>): Promise<string> {
  const { stdout } = await run
  return stdout
}

/** The code of the error a promise rejects with. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  const { code } = await rejected<RemoteError>(promise)
  return code
}
