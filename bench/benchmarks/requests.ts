import type { Benchmark, Measurement } from '../benchmark.js'
import { changedApp } from '#tests/demo/samples'
import { countFailures, startLoad, worstWithin, type LoadResult } from '../load.js'
import { once, percentile } from '../statistics.js'
import { storedSteps, type Span } from '../stored_steps.js'

const DEPLOYMENTS = 20
const PER_SECOND = 50
const MOST_SECONDS = 600

/**
 * Twenty deployments of a Node app under 100 requests a second: half of them from new visitors,
 * each on a connection of its own, half on connections that are kept.
 */
export const requests: Benchmark = {
  name: 'requests',
  title: `${DEPLOYMENTS} deployments under ${2 * PER_SECOND} requests a second through nginx`,

  async run(stage) {
    const { panel, owner, scene } = await stage.scenery()
    const pace = { kind: 'paced', perSecond: PER_SECOND, mostSeconds: MOST_SECONDS } as const
    const loads = [false, true].map((keepAlive) =>
      startLoad({ url: scene.app.url, pace, keepAlive })
    )
    for (const load of loads) stage.defer(() => load.kill())
    const heard: string[] = []
    const began = performance.now()
    for (let count = 1; count <= DEPLOYMENTS; count++) {
      await scene.gitServer.publish('hello', changedApp(count), `Change ${count}`)
      const { events } = await owner.deploy(scene.app.id)
      await owner.expectSuccess(events)
      heard.push(events)
    }
    const seconds = (performance.now() - began) / 1000
    const [fresh, kept] = await Promise.all(loads.map((load) => load.finish()))
    const switches = storedSteps(panel.data, heard).map(({ activate, retire }) => ({
      from: activate.from,
      to: retire.to,
    }))
    return [
      ...rows('new connections', fresh, switches),
      ...rows('kept connections', kept, switches),
      { what: `${DEPLOYMENTS} deployments took`, unit: 's', value: once(seconds) },
    ]
  },
}

function rows(name: string, load: LoadResult, switches: readonly Span[]): Measurement[] {
  const reasons = Object.entries(load.failures).map(([reason, count]) => `${count} x ${reason}`)
  const sent = `of ${load.latencies.length + countFailures(load)} requests`
  const retried = load.retried > 0 ? [`${load.retried} sent again on a new connection`] : []
  const worst = worstWithin(load, switches)
  return [
    {
      what: `${name}: failed`,
      unit: 'requests',
      value: once(countFailures(load)),
      goal: 0,
      note: [sent, ...reasons, ...retried].join(', '),
    },
    { what: `${name}: half within`, unit: 'ms', value: once(percentile(load.latencies, 0.5)) },
    {
      what: `${name}: worst in a switch`,
      unit: 'ms',
      value: once(worst.within),
      note: 'from the first change to the end of the former instance',
    },
    { what: `${name}: worst at other times`, unit: 'ms', value: once(worst.outside) },
  ]
}
