import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { type RemoteError } from '#engine/ssh/errors'
import { type Remote } from '#engine/ssh/remote'
import { type RemoteShell } from '#engine/ssh/remote_shell'

/** What a program may have written before it waits for a reader, in bytes: windows and pipes. */
const MOST_UNREAD = 8 * 1024 * 1024

/** Registers the tests of the shell that every `Remote` has to pass. */
export function shellContract(remote: () => Remote): void {
  const open = () => remote().shell({ columns: 81, rows: 23 })

  test('a shell runs what is typed, on a terminal of its size', async ({ assert }) => {
    const shell = await open()
    shell.stream.write('echo on $TERM of $(stty size)\r')
    assert.include(await outputUntil(shell, 'of 23 81'), 'on xterm-256color of 23 81')
    shell.close()
  })

  test('a shell hears of another size', async ({ assert }) => {
    const shell = await open()
    shell.resize({ columns: 132, rows: 50 })
    shell.stream.write('echo now $(stty size)\r')
    assert.include(await outputUntil(shell, 'now 50 132'), 'now 50 132')
    shell.close()
  })

  test('a shell ends with its exit code', async ({ assert }) => {
    const shell = await open()
    shell.stream.resume().write('exit 7\r')
    assert.deepEqual(await shell.ended, { kind: 'exited', code: 7 })
  })

  test('a shell ended by a signal is signalled', async ({ assert }) => {
    const shell = await open()
    shell.stream.resume().write('kill -KILL $$\r')
    const outcome = await shell.ended
    assert.match(outcome.kind === 'signalled' ? outcome.name : outcome.kind, /^(SIG)?KILL$/)
  })

  test('a shell that is hung up has an unknown end', async ({ assert }) => {
    const shell = await open()
    shell.close()
    shell.close()
    shell.resize({ columns: 80, rows: 24 })
    const { kind } = await shell.ended
    assert.equal(kind, 'unknown')
  })

  test('output of a shell waits for its reader', async ({ assert }) => {
    const shell = await open()
    shell.stream.write('yes\r')
    let [before, now] = [-1, 0]
    while (now === 0 || now !== before) {
      assert.isBelow(now, MOST_UNREAD)
      before = now
      await sleep(300)
      now = shell.stream.readableLength
    }
    await outputUntil(shell, 'y\r\ny')
    shell.close()
  })

  test('a signal keeps a shell from being opened, and does nothing to one that is', async ({
    assert,
  }) => {
    const controller = new AbortController()
    const options = { columns: 80, rows: 24, signal: controller.signal }
    const shell = await remote().shell(options)
    controller.abort()
    shell.stream.resume().write('exit 5\r')
    assert.deepEqual(await shell.ended, { kind: 'exited', code: 5 })
    const error = await remote()
      .shell(options)
      .then(
        () => undefined,
        (refusal: RemoteError) => refusal
      )
    assert.equal(error?.code, 'E_ABORTED')
  })
}

/** What a shell printed last, up to and with this text. */
async function outputUntil({ stream }: RemoteShell, text: string): Promise<string> {
  let output = ''
  const found = Promise.withResolvers<string>()
  const timer = setTimeout(() => found.reject(new Error(`"${text}" is not in: ${output}`)), 10_000)
  const read = (chunk: Buffer) => {
    output = `${output}${String(chunk)}`.slice(-4096)
    if (output.includes(text)) found.resolve(output)
  }
  stream.on('data', read)
  return found.promise.finally(() => {
    clearTimeout(timer)
    stream.off('data', read)
    stream.pause()
  })
}
