import type { Benchmark } from '../benchmark.js'
import { quiet } from '../machine.js'
import { summarize } from '../statistics.js'

const ROUNDS = 25

/** The panel asks again and again: compiled code is what it runs. */
const WARM_UP = 50

const GOAL_MS = 30

/** How all servers are, asked of the shell that stays open on each. */
export const residentShell: Benchmark = {
  name: 'resident-shell',
  title: 'The vitals of every host, by its resident shell',

  async run(stage) {
    const scene = await stage.sshScene()
    const group = scene.group('engine')
    const engine = scene.engine(group)
    const count = scene.fleet.hosts.length
    for (let sweep = 0; sweep < WARM_UP; sweep++) await engine.ask('vitals')
    const swept: number[] = []
    const cpu: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await quiet()
      const before = group.cpuSeconds
      swept.push(await engine.ask('vitals'))
      cpu.push((group.cpuSeconds - before) * 1000)
    }
    await engine.stop()
    return [
      { what: `one sweep, ${count} hosts`, unit: 'ms', value: summarize(swept), goal: GOAL_MS },
      { what: '  its CPU', unit: 'ms', value: summarize(cpu) },
    ]
  },
}
