import type { Benchmark, Measurement } from '../benchmark.js'
import { countFailures, runLoad } from '../load.js'
import { once, percentile, summarize } from '../statistics.js'

const CONCURRENCY = 50
const WARM_UP = 300
const REQUESTS = 2000
const ROUNDS = 3

/** How fast pages come when fifty people ask at once, from a process of their own. */
export const pages: Benchmark = {
  name: 'pages',
  title: `Pages at ${CONCURRENCY} requests at a time, three servers and two projects`,

  async run(stage) {
    const { panel, owner } = await stage.scenery()
    const cookie = owner.visitor.cookie
    const wanted: { name: string; path: string; headers: Record<string, string> }[] = [
      { name: 'login page', path: '/login', headers: {} },
      { name: 'dashboard', path: '/dashboard', headers: { cookie } },
    ]
    const measured = wanted.map(() => ({ p50: [], p95: [], rate: [] }) as Rounds)
    let failed = 0
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [index, { path, headers }] of wanted.entries()) {
        const requests = round === 0 ? WARM_UP : REQUESTS
        const load = await runLoad({
          url: `${panel.origin}${path}`,
          headers,
          pace: { kind: 'steady', requests, concurrency: CONCURRENCY },
          keepAlive: true,
        })
        failed += countFailures(load)
        if (round === 0) continue
        measured[index].p50.push(percentile(load.latencies, 0.5))
        measured[index].p95.push(percentile(load.latencies, 0.95))
        measured[index].rate.push(load.latencies.length / load.seconds)
      }
    }
    return [
      ...wanted.flatMap(({ name }, index) => rows(name, measured[index])),
      { what: 'failed', unit: 'requests', value: once(failed), goal: 0 },
    ]
  },
}

interface Rounds {
  p50: number[]
  p95: number[]
  rate: number[]
}

function rows(name: string, { p50, p95, rate }: Rounds): Measurement[] {
  return [
    { what: `${name}, half of them within`, unit: 'ms', value: summarize(p50) },
    { what: `${name}, 95 % within`, unit: 'ms', value: summarize(p95) },
    { what: `${name}, requests a second`, unit: '/s', value: summarize(rate) },
  ]
}
