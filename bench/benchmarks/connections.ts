import type { Benchmark, Measurement } from '../benchmark.js'
import { quiet } from '../machine.js'
import { inTurns } from '../rounds.js'
import type { SshScene } from '../ssh/ssh_scene.js'
import { ratios, summarize } from '../statistics.js'

const ROUNDS = 5
const GOAL_MIB = 0.5

/** Nothing may be waited for; so much more is what two equal sweeps differ by on a quiet machine. */
const NOISE = 1.05

/** A host that does not answer is waited for so long, in milliseconds. */
const TIMEOUT_MS = 10_000

/** What open connections hold in memory, and what one dead host does to the others. */
export const connections: Benchmark = {
  name: 'connections',
  title: 'Many open connections: their memory, and one dead host among them',

  async run(stage) {
    const scene = await stage.sshScene()
    return [await memory(scene), ...(await oneDead(scene))]
  },
}

/** From one connection to all of them, so that what the first one loads does not count. */
async function memory(scene: SshScene): Promise<Measurement> {
  const others = scene.fleet.hosts.length - 1
  const each: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const engine = scene.engine(scene.group('engine'))
    await engine.ask('command')
    const before = await engine.ask('memory')
    await engine.ask('uptime', {})
    each.push(((await engine.ask('memory')) - before) / others / 2 ** 20)
    await engine.stop()
  }
  const what = 'resident memory for each connection'
  return { what, unit: 'MiB', value: summarize(each), goal: GOAL_MIB }
}

/** When all hosts but one have answered, with that one there and with it off the network. */
async function oneDead(scene: SshScene): Promise<Measurement[]> {
  const { hosts } = scene.fleet
  const victim = Math.floor(hosts.length / 2)
  const engine = scene.engine(scene.group('engine'))

  const others = async ({ dead, open }: { dead: boolean; open: boolean }) => {
    await engine.ask('close')
    if (open) await engine.ask('uptime', {})
    await quiet()
    if (dead) hosts[victim].linkDown()
    try {
      const { ended } = await engine.ask('uptime', { timeout: TIMEOUT_MS })
      const living = ended.filter((_, index) => index !== victim)
      if (living.includes(null)) throw new Error('A host that lives did not answer.')
      if (dead && ended[victim] !== null) throw new Error('The dead host answered.')
      return Math.max(...living.map(Number))
    } finally {
      hosts[victim].linkUp()
    }
  }

  const measurements: Measurement[] = []
  for (const [name, open] of [['connecting', false] as const, ['connected', true] as const]) {
    const took = await inTurns(
      {
        whole: () => others({ dead: false, open }),
        broken: () => others({ dead: true, open }),
      },
      ROUNDS
    )
    measurements.push(
      { what: `${name}: the others, all there`, unit: 'ms', value: summarize(took.whole) },
      { what: `${name}: the others, one dead`, unit: 'ms', value: summarize(took.broken) },
      {
        what: `${name}: one dead beside all there`,
        unit: 'x',
        value: summarize(ratios(took.broken, took.whole)),
        goal: NOISE,
      }
    )
  }
  await engine.stop()
  return measurements
}
