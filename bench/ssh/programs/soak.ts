import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { sh } from '#engine/shell/command'
import type { Client } from './engine_client.js'

/** So many connections are under way at a time. */
const AT_ONCE = 8

/** Between two looks, in milliseconds. */
const PAUSE_MS = 2_000

/** After the last connection its timers may still run for so long, in milliseconds. */
const CALM_MS = 7_000

/** The state of the process, seen after a collection. */
export interface SoakSample {
  /** Since the begin. */
  seconds: number
  /** Connections made and dropped until then. */
  connections: number
  heapBytes: number
  /** Open file descriptors. */
  files: number
}

/**
 * Connects, runs a command and drops the connection, on all hosts in turn, for so many seconds. A
 * third of the connections carry two commands at once, a third are given up in the midst of one.
 *
 * @returns one sample from before, many on the way, one from after everything has calmed down
 */
export async function soak(client: Client, seconds: number): Promise<SoakSample[]> {
  const began = performance.now()
  const end = began + seconds * 1000
  let connections = 0
  const look = (): SoakSample => {
    globalThis.gc?.()
    return {
      seconds: (performance.now() - began) / 1000,
      connections,
      heapBytes: process.memoryUsage().heapUsed,
      files: readdirSync('/proc/self/fd').length,
    }
  }
  const samples = [look()]
  const visit = async (host: number) => {
    const kind = connections++ % 3
    const remote = client.remote(host)
    if (kind === 2) {
      const signal = AbortSignal.timeout(150)
      await remote.run(sh`sleep 1`, { signal }).catch(() => {})
    } else {
      const commands = Array.from({ length: kind + 1 }, () => remote.mustRun(sh`true`))
      await Promise.all(commands)
    }
    client.forget(host)
  }
  const count = Math.min(AT_ONCE, client.size)
  /** Each has hosts of its own: who forgets one ends what others wait for there. */
  const visitor = async (first: number) => {
    for (let host = first; performance.now() < end; host += count) {
      if (host >= client.size) host = first
      await visit(host)
    }
  }
  const visitors = Promise.all(Array.from({ length: count }, (_, first) => visitor(first)))
  while (performance.now() < end) {
    await sleep(PAUSE_MS)
    samples.push(look())
  }
  await visitors
  await sleep(CALM_MS)
  return [...samples, look()]
}
