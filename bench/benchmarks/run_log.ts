import { setTimeout as sleep } from 'node:timers/promises'
import { sampleApp, type Tree } from '#tests/demo/samples'
import type { Benchmark } from '../benchmark.js'
import { MemoryWatch } from '../memory_watch.js'
import type { Scenery } from '../scenery.js'
import { readSlowly } from '../slow_reader.js'
import { once } from '../statistics.js'

const MIB = 2048
const GOAL_MIB = 64
const CALM_MS = 5_000

/** A build that writes and writes, watched by someone on a bad connection. */
export const runLog: Benchmark = {
  name: 'run-log',
  title: `${MIB / 1024} GiB of log from one run, a slow reader on its page`,

  async run(stage) {
    const scenery = await stage.scenery()
    const { panel } = scenery
    await sleep(CALM_MS)
    const before = panel.residentBytes
    const watch = new MemoryWatch(() => panel.residentBytes)
    const { seconds, read, stored } = await deploy(scenery, MIB)
    const most = watch.stop()
    await sleep(CALM_MS)
    return [
      {
        what: 'memory of the panel grows at most by',
        unit: 'MiB',
        value: once((most - before) / 2 ** 20),
        goal: GOAL_MIB,
        note: `from ${mebibytes(before)} MiB`,
      },
      {
        what: 'and after the run by',
        unit: 'MiB',
        value: once((panel.residentBytes - before) / 2 ** 20),
      },
      {
        what: 'the run took',
        unit: 's',
        value: once(seconds),
        note: `${mebibytes(stored)} MiB of the log are kept; the reader had ${mebibytes(read)} MiB`,
      },
    ]
  },
}

const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1)

/** Deploys the app with so much log, to the end, and with the reader at its side. */
async function deploy({ owner, panel, scene }: Scenery, mebi: number) {
  await scene.gitServer.publish('hello', chattyApp(mebi), `Say ${mebi} MiB`)
  const began = performance.now()
  const { events } = await owner.deploy(scene.app.id)
  const reading = new AbortController()
  const headers = { cookie: owner.visitor.cookie }
  const reader = readSlowly(`${panel.origin}${events}?offset=0`, headers, reading.signal)
  // From beyond the end of the log on: the state alone.
  for await (const { event, data } of owner.visitor.events(`${events}?offset=${2 ** 40}`)) {
    if (event === 'state' && JSON.parse(data).state === 'failed') await owner.expectSuccess(events)
  }
  const seconds = (performance.now() - began) / 1000
  reading.abort()
  const { html } = await owner.visitor.open(`${events.replace(/events$/, 'log')}?from=0&limit=1`)
  return { seconds, read: await reader, stored: Number(JSON.parse(html).size) }
}

function chattyApp(mebi: number): Tree {
  const tree = sampleApp()
  return { ...tree, 'build.js': `${tree['build.js']}${CHATTER.replace('COUNT', String(mebi))}` }
}

/** Lines of 128 bytes, a mebibyte at a time. */
const CHATTER = `
for (let block = 0; block < COUNT; block++) {
  const line = \`\${String(block).padStart(8)} \${'.'.repeat(118)}\\n\`
  const written = process.stdout.write(line.repeat(8192))
  if (!written) await new Promise((resolve) => process.stdout.once('drain', resolve))
}
`
