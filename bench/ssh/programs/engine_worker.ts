/*
| `engine_worker.js TARGETS`: stays connected by the engine and does what its parent asks.
*/
import { readVitals } from '#engine/facts/vitals'
import { sh } from '#engine/shell/command'
import { Client } from './engine_client.js'
import { serve } from './serve.js'
import { soak } from './soak.js'

const client = new Client(process.argv[2])

/** Milliseconds that something takes. */
async function timed(something: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await something()
  return performance.now() - began
}

const methods = {
  /** On every host; see `Sweep`. */
  uptime: ({ timeout }: { timeout?: number } = {}) => client.uptime(timeout),
  close: () => client.close(),

  /**
   * A connection to the first host, where asked by way of a port of 127.0.0.1, and a command over
   * it: milliseconds. Closes it after that.
   */
  async connect({ port }: { port?: number }): Promise<number> {
    const remote = port === undefined ? client.remote(0) : client.remoteBy(port)
    const milliseconds = await timed(() => remote.mustRun(sh`true`))
    client.forget(0)
    return milliseconds
  },

  /** One command on the first host: milliseconds. */
  command: (): Promise<number> => timed(() => client.remote(0).mustRun(sh`true`)),

  /** The vitals of every host, at once: milliseconds. */
  vitals(): Promise<number> {
    const hosts = Array.from({ length: client.size }, (_, host) => client.remote(host))
    return timed(() => Promise.all(hosts.map((host) => readVitals(host))))
  },

  /** Everything a file of the first host holds, thrown away: milliseconds. */
  async read({ path, bytes }: { path: string; bytes: number }): Promise<number> {
    let received = 0
    const onOutput = (chunk: Buffer) => void (received += chunk.length)
    const milliseconds = await timed(() =>
      client.remote(0).mustRun(sh`cat -- ${path}`, { onOutput })
    )
    if (received !== bytes) throw new Error(`${received} bytes came, not ${bytes}.`)
    return milliseconds
  },

  /** Resident memory, in bytes, with nothing in it that could be collected. */
  memory(): number {
    globalThis.gc?.()
    return process.memoryUsage.rss()
  },

  soak: ({ seconds }: { seconds: number }) => soak(client, seconds),
}

export type EngineMethods = typeof methods

serve(methods)
