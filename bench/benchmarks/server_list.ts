import { createFleet } from '#tests/fleet/fleet'
import { askPage, CONCURRENCY } from '../ask_page.js'
import type { Benchmark } from '../benchmark.js'
import { claimedPanel } from '../claimed_panel.js'
import { copyServers } from '../many_servers.js'

const SERVERS = 1000
const GOAL_MS = 100

/** The page that people open first, on a panel with many servers. */
export const serverList: Benchmark = {
  name: 'server-list',
  title: `The list of ${SERVERS} servers at ${CONCURRENCY} requests at a time`,

  async run(stage) {
    const fleet = createFleet()
    stage.defer(() => fleet.stop())
    await fleet.start(1)
    const { panel, owner } = await claimedPanel(stage)
    await owner.connect(fleet.hosts[0])
    copyServers(panel.data, SERVERS)

    const measurements = await askPage({ panel, owner }, '/servers', GOAL_MS)
    await panel.stop()
    return measurements
  },
}
