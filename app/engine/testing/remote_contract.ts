import { once } from 'node:events'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { sh, type Command } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import { type CommandFailed, type RemoteError } from '#engine/ssh/errors'
import { type Remote, type RunResult } from '#engine/ssh/remote'
import { type Reply } from '#engine/testing/fake_remote'
import { questionContract } from '#engine/testing/question_contract'
import { rejected } from '#engine/testing/rejected'
import { shellContract } from '#engine/testing/shell_contract'

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

const LIMIT = 64 * 1024

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
    streams(() => subject)
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

function streams(subject: () => RemoteUnderTest): void {
  test('a result keeps the last 64 KiB, onOutput sees everything', async ({ assert }) => {
    const { remote, teach } = subject()
    const command = sh`yes é | head -c 300000`
    teach(command, { stdout: 'é\n'.repeat(100_000) })
    let seen = 0
    const { stdout } = await remote.run(command, {
      onOutput: (chunk) => void (seen += chunk.length),
    })
    assert.equal(seen, 300_000)
    assert.isAtMost(Buffer.byteLength(stdout), LIMIT)
    assert.isAbove(Buffer.byteLength(stdout), LIMIT - 4)
    assert.notInclude(stdout, '\ufffd')
  })

  test('output waits for onOutput', async ({ assert }) => {
    const { remote, teach } = subject()
    const command = sh`head -c 500000 /dev/zero`
    teach(command, { stdout: Buffer.alloc(500_000) })
    let inside = 0
    let most = 0
    let seen = 0
    await remote.run(command, {
      onOutput: async (chunk) => {
        most = Math.max(most, ++inside)
        await sleep(1)
        seen += chunk.length
        inside--
      },
    })
    assert.equal(most, 1)
    assert.equal(seen, 500_000)
  })

  test('errors that come while onOutput is busy are all seen', async ({ assert }) => {
    const { remote, teach } = subject()
    const command = sh`for n in 1 2 3 4 5; do echo $n >&2; sleep 0.02; done`
    teach(command, { stderr: '1\n2\n3\n4\n5\n' })
    let seen = ''
    const { stderr } = await remote.run(command, {
      onOutput: async (chunk) => {
        await sleep(seen === '' ? 500 : 1)
        seen += String(chunk)
      },
    })
    assert.equal(seen, '1\n2\n3\n4\n5\n')
    assert.equal(stderr, seen)
  })

  test('what a command says last comes too, on both outputs', async ({ assert }) => {
    const { remote, teach } = subject()
    const command = sh`printf out; printf last >&2`
    teach(command, { stdout: 'out', stderr: 'last' })
    for (let round = 0; round < 20; round++) {
      const seen = { stdout: '', stderr: '' }
      await remote.run(command, {
        onOutput: async (chunk, stream) => {
          seen[stream] += chunk.toString()
          await sleep(round % 10)
        },
      })
      assert.deepEqual(seen, { stdout: 'out', stderr: 'last' })
    }
  })

  test('what onOutput throws ends the run', async ({ assert }) => {
    const { remote, teach } = subject()
    teach(sh`echo x`, { stdout: 'x\n' })
    const late = async () => {
      await sleep(1)
      throw new RangeError('full')
    }
    const now = () => {
      throw new RangeError('full')
    }
    for (const onOutput of [late, now]) {
      assert.instanceOf(await rejected(remote.run(sh`echo x`, { onOutput })), RangeError)
    }
  })

  test('an input that breaks ends the run with its error', async ({ assert }) => {
    const { remote, teach } = subject()
    teach(sh`cat`, {})
    const stdin = Readable.from(
      (function* () {
        yield Buffer.from('half')
        throw new RangeError('broken')
      })()
    )
    assert.instanceOf(await rejected(remote.run(sh`cat`, { stdin })), RangeError)
  })

  test('forward reaches a service of the server', async ({ assert }) => {
    const { remote, greeter } = subject()
    const stream = await remote.forward(greeter.host, greeter.port)
    const [greeting] = await once(stream, 'data')
    assert.match(String(greeting), /^SSH-2\.0-/)
    stream.destroy()
  })

  test('forward to a closed port rejects with E_CONNECT', async ({ assert }) => {
    const error = await rejected<RemoteError>(subject().remote.forward('127.0.0.1', 1))
    assert.equal(error.code, 'E_CONNECT')
    assert.include(error.message, '127.0.0.1:1')
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
