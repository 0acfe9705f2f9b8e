import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { PoolGauges } from '#engine/ssh/remote_pool'
import type { ServerRemotes } from '#app/servers/server_remotes'

/** How one process is, as its heartbeat tells. */
export interface ProcessGauges {
  version: string
  node: string
  /** How long work waited for the event loop since the last beat, in milliseconds. */
  eventLoopDelay: { p99: number; max: number }
  memory: { rssBytes: number; heapUsedBytes: number }
  pool: PoolGauges
}

/** How often the event loop is looked at, in milliseconds. */
const RESOLUTION_MS = 20

/**
 * Reads the gauges of this process.
 */
export class ProcessGaugesReader {
  readonly #remotes: ServerRemotes
  readonly #version: string
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })

  constructor(remotes: ServerRemotes, version: string) {
    this.#remotes = remotes
    this.#version = version
    this.#delay.enable()
  }

  /** The gauges since the last reading. */
  read(): ProcessGauges {
    const eventLoopDelay = {
      p99: delayOf(this.#delay.percentile(99)),
      max: delayOf(this.#delay.max),
    }
    this.#delay.reset()
    const { rss, heapUsed } = process.memoryUsage()
    return {
      version: this.#version,
      node: process.versions.node,
      eventLoopDelay,
      memory: { rssBytes: rss, heapUsedBytes: heapUsed },
      pool: this.#remotes.gauges(),
    }
  }

  stop() {
    this.#delay.disable()
  }
}

/** The histogram counts nanoseconds and includes the interval itself. */
function delayOf(nanoseconds: number) {
  const milliseconds = nanoseconds / 1e6 - RESOLUTION_MS
  return Number.isFinite(milliseconds) ? Math.max(0, Math.round(milliseconds * 10) / 10) : 0
}
