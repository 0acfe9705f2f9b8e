import type { Owner } from '#tests/demo/owner'
import type { Measurement } from './benchmark.js'
import { countFailures, runLoad } from './load.js'
import type { StartedPanel } from './started_panel.js'
import { once, percentile, summarize } from './statistics.js'

/** So many requests at a time. */
export const CONCURRENCY = 20

const WARM_UP = 40
const REQUESTS = 100
const ROUNDS = 5

/**
 * Asks for a page as its owner, many times at once, and says how fast it came.
 *
 * @param goal what 95 of 100 should not exceed, in milliseconds
 */
export async function askPage(
  { panel, owner }: { panel: StartedPanel; owner: Owner },
  path: string,
  goal: number
): Promise<Measurement[]> {
  const measured = { p50: [] as number[], p95: [] as number[], rate: [] as number[] }
  let failed = 0
  for (let round = 0; round <= ROUNDS; round++) {
    const requests = round === 0 ? WARM_UP : REQUESTS
    const load = await runLoad({
      url: `${panel.origin}${path}`,
      headers: { cookie: owner.visitor.cookie },
      pace: { kind: 'steady', requests, concurrency: CONCURRENCY },
      keepAlive: true,
    })
    failed += countFailures(load)
    if (round === 0) continue
    measured.p50.push(percentile(load.latencies, 0.5))
    measured.p95.push(percentile(load.latencies, 0.95))
    measured.rate.push(load.latencies.length / load.seconds)
  }
  return [
    { what: 'half of them within', unit: 'ms', value: summarize(measured.p50) },
    { what: '95 % within', unit: 'ms', value: summarize(measured.p95), goal },
    { what: 'requests a second', unit: '/s', value: summarize(measured.rate) },
    { what: 'failed', unit: 'requests', value: once(failed), goal: 0 },
  ]
}
