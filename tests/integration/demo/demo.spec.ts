import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { Owner } from '#tests/demo/owner'

const root = join(import.meta.dirname, '../../..')

/** The demo as `npm run demo` runs it, and what it has printed. */
class RunningDemo {
  readonly process: ChildProcess
  output = ''

  constructor(port: number) {
    this.process = spawn(process.execPath, ['--import=@poppinss/ts-exec', 'tests/demo/demo.ts'], {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port) },
      stdio: 'pipe',
    })
    for (const stream of [this.process.stdout!, this.process.stderr!]) {
      stream.on('data', (chunk) => (this.output += chunk))
    }
  }

  /** Waits until the output has something, and gives the first group of the match. */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.output)
      if (match) return match[1] ?? match[0]
      if (!this.#runs) throw new Error(`The demo ended:\n${this.output}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async end(signal: 'SIGINT' | 'SIGKILL'): Promise<number | null> {
    if (this.#runs) {
      this.process.kill(signal)
      await once(this.process, 'exit')
    }
    return this.process.exitCode
  }

  get #runs(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null
  }
}

test.group('Demo', () => {
  test('a stranger deploys, publishes a change, deploys again, and leaves nothing behind', async ({
    assert,
    cleanup,
  }) => {
    const port = await freePort()
    const demo = new RunningDemo(port)
    cleanup(async () => void (await demo.end('SIGKILL')))
    const project = await demo.says(/\/projects\/(\w+)/)
    const password = await demo.says(/Password\s+(\S+)/)
    const site = await demo.says(/Hello will be at (http:\S+\/)/)

    const owner = new Owner(`http://127.0.0.1:${port}`)
    await owner.visitor.open('/login')
    const credentials = { email: 'demo@example.com', password }
    await owner.visitor.send('/login', credentials, /^\/dashboard$/)
    const first = await owner.deploy(project)
    await owner.expectSuccess(first.events)
    assert.include(await textAt(site), 'Hello from the fleet')

    demo.process.stdin!.write('push\n')
    await demo.says(/Published [0-9a-f]{8}/)
    const second = await owner.deploy(project)
    await owner.expectSuccess(second.events)
    assert.include(await textAt(site), 'Change 1 is live')

    demo.process.stdin!.write('sick\n')
    await demo.says(/Check the database/)
    const third = await owner.deploy(project)
    const end = await owner.waitFor(third.events)
    assert.equal(end.state, 'failed')
    assert.include(await textAt(site), 'Change 1 is live')

    const network = /^10\.77\.(\d+)\./.exec(new URL(site).hostname)![1]
    assert.isTrue(existsSync(`/sys/class/net/mf${network}br`))
    assert.equal(await demo.end('SIGINT'), 0)
    assert.isFalse(existsSync(`/sys/class/net/mf${network}br`))
    await assert.rejects(() => fetch(`http://127.0.0.1:${port}/`))
  }).timeout(180_000)

  test('a port that is taken is refused with what to do', async ({ assert, cleanup }) => {
    const taken = createServer().listen(0, '127.0.0.1')
    cleanup(() => void taken.close())
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const demo = new RunningDemo(port)
    await once(demo.process, 'close')
    assert.equal(demo.process.exitCode, 1)
    assert.include(demo.output, `Port ${port} of 127.0.0.1 is not free`)
    assert.include(demo.output, 'PORT=3400 npm run demo')
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

async function textAt(url: string): Promise<string> {
  const response = await fetch(url)
  return response.text()
}
