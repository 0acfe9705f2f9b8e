import { setTimeout as sleep } from 'node:timers/promises'
import type { Benchmark } from '../benchmark.js'
import { countFailures, runLoad } from '../load.js'
import { once } from '../statistics.js'

const IDLE_MS = 60_000
const REQUESTS = 10_000
const GOAL_MIB = 180

/** Resident memory of the one process that web, worker and scheduler share. */
export const memory: Benchmark = {
  name: 'memory',
  title: 'Memory of the one process, three servers connected',

  async run(stage) {
    const { panel, owner } = await stage.scenery()
    await panel.stop()
    await panel.start()
    await sleep(IDLE_MS)
    const idle = panel.residentBytes
    const dashboards = () =>
      runLoad({
        url: `${panel.origin}/dashboard`,
        headers: { cookie: owner.visitor.cookie },
        pace: { kind: 'steady', requests: REQUESTS, concurrency: 20 },
        keepAlive: true,
      })
    const first = await dashboards()
    const afterFirst = panel.residentBytes
    const second = await dashboards()
    const afterSecond = panel.residentBytes
    return [
      { what: 'idle, 60 s after the start', unit: 'MiB', value: mebibytes(idle), goal: GOAL_MIB },
      {
        what: `after ${REQUESTS} requests of the dashboard`,
        unit: 'MiB',
        value: mebibytes(afterFirst),
        note: `${countFailures(first)} failed`,
      },
      {
        what: `after ${REQUESTS} more`,
        unit: 'MiB',
        value: mebibytes(afterSecond),
        note: `${countFailures(second)} failed`,
      },
    ]
  },
}

function mebibytes(bytes: number) {
  return once(bytes / 2 ** 20)
}
