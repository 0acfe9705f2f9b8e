import { once } from 'node:events'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { type RemoteError } from '#engine/ssh/errors'
import { rejected } from '#engine/testing/rejected'
import type { RemoteUnderTest } from '#engine/testing/remote_contract'

/** How much of an output a result keeps, in bytes. */
const LIMIT = 64 * 1024

/** Registers the tests of output, input and forwarding that every `Remote` has to pass. */
export function streamContract(subject: () => RemoteUnderTest): void {
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

  test('a reader that copies what it keeps gets all of it, freed or not', async ({ assert }) => {
    const { remote, teach } = subject()
    const command = sh`seq 100000; echo done >&2`
    const lines = Array.from({ length: 100_000 }, (_, index) => `${index + 1}\n`).join('')
    teach(command, { stdout: lines, stderr: 'done\n' })
    for (const freesOutput of [true, false]) {
      let seen = ''
      const { stdout, stderr } = await remote.run(command, {
        freesOutput,
        onOutput: (chunk, stream) => {
          if (stream === 'stdout') seen += chunk.toString()
          return seen.length % 2 ? sleep(1) : undefined
        },
      })
      assert.isTrue(seen === lines, `${seen.length} bytes of ${lines.length}`)
      assert.equal(stdout, lines.slice(-LIMIT))
      assert.equal(stderr, 'done\n')
    }
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
