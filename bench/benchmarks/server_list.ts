import { randomBytes } from 'node:crypto'
import { Owner } from '#tests/demo/owner'
import { createFleet } from '#tests/fleet/fleet'
import type { Benchmark } from '../benchmark.js'
import { countFailures, runLoad } from '../load.js'
import { copyServers } from '../many_servers.js'
import { once, percentile, summarize } from '../statistics.js'

const SERVERS = 1000
const CONCURRENCY = 20
const WARM_UP = 40
const REQUESTS = 100
const ROUNDS = 5
const GOAL_MS = 100

/** The page that people open first, on a panel with many servers. */
export const serverList: Benchmark = {
  name: 'server-list',
  title: `The list of ${SERVERS} servers at ${CONCURRENCY} requests at a time`,

  async run(stage) {
    const fleet = createFleet()
    stage.defer(() => fleet.stop())
    await fleet.start(1)
    const panel = await stage.startPanel()
    const owner = new Owner(panel.origin)
    const password = randomBytes(12).toString('base64url')
    const person = { fullName: 'Bench', email: 'bench@example.com', password }
    await owner.claim(panel.claimLink, person)
    await owner.connect(fleet.hosts[0])
    copyServers(panel.data, SERVERS)

    const measured = { p50: [] as number[], p95: [] as number[], rate: [] as number[] }
    let failed = 0
    for (let round = 0; round <= ROUNDS; round++) {
      const load = await runLoad({
        url: `${panel.origin}/servers`,
        headers: { cookie: owner.visitor.cookie },
        pace: {
          kind: 'steady',
          requests: round === 0 ? WARM_UP : REQUESTS,
          concurrency: CONCURRENCY,
        },
        keepAlive: true,
      })
      failed += countFailures(load)
      if (round === 0) continue
      measured.p50.push(percentile(load.latencies, 0.5))
      measured.p95.push(percentile(load.latencies, 0.95))
      measured.rate.push(load.latencies.length / load.seconds)
    }
    await panel.stop()
    return [
      { what: 'half of them within', unit: 'ms', value: summarize(measured.p50) },
      { what: '95 % within', unit: 'ms', value: summarize(measured.p95), goal: GOAL_MS },
      { what: 'requests a second', unit: '/s', value: summarize(measured.rate) },
      { what: 'failed', unit: 'requests', value: once(failed), goal: 0 },
    ]
  },
}
