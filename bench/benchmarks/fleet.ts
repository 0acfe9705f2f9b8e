import { createFleet } from '#tests/fleet/fleet'
import type { Benchmark, Measurement } from '../benchmark.js'
import { summarize } from '../statistics.js'

const SIZES = [1, 5, 20]
const ROUNDS = 3

/** From the call to the last host answering ssh, with its image in the cache. */
export const fleet: Benchmark = {
  name: 'fleet',
  title: 'Starting the test fleet until every host answers ssh',

  async run() {
    const measurements: Measurement[] = []
    for (const size of SIZES) {
      const started: number[] = []
      const stopped: number[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const hosts = createFleet()
        const began = performance.now()
        await hosts.start(size)
        const up = performance.now()
        await hosts.stop()
        started.push((up - began) / 1000)
        stopped.push((performance.now() - up) / 1000)
      }
      const name = size === 1 ? '1 host' : `${size} hosts`
      measurements.push({ what: `${name} up`, unit: 's', value: summarize(started) })
      measurements.push({ what: `${name} gone`, unit: 's', value: summarize(stopped) })
    }
    return measurements
  },
}
