import type { Benchmark, Measurement } from '../benchmark.js'
import { quiet } from '../machine.js'
import { inTurns } from '../rounds.js'
import type { Cost, CpuGroup } from '../ssh/cpu_group.js'
import { peersBy, type Peer } from '../ssh/peers.js'
import type { SshScene } from '../ssh/ssh_scene.js'
import type { Sweep } from '../ssh/programs/sweep.js'
import { ratios, summarize } from '../statistics.js'

const ROUNDS = 5

/** Sweeps over open connections are short: more of them, without the one that takes long. */
const WARM_ROUNDS = 15

/** The panel goes on running: so many sweeps before, and compiled code is what is measured. */
const SWEEPS_BEFORE = 15

type Results = Record<string, Cost[]>

/** `uptime` on every host, by Muster's engine, by bare ssh2 and by tools made for it, in turns. */
export const fanOut: Benchmark = {
  name: 'fan-out',
  title: 'uptime on every host: the engine beside clush, pssh, ansible and bare ssh2',

  async run(stage) {
    const scene = await stage.sshScene()
    const count = scene.fleet.hosts.length
    const cold = await connecting(scene)
    const { few, many } = await connected(scene)
    return [
      ...costs(`cold, ${count} hosts`, cold),
      compare('cold, wall of clush', cold, 'clush', 'seconds', 1.1),
      compare('cold, CPU of clush', cold, 'clush', 'cpuSeconds', 0.6),
      compare('cold, wall of ansible', cold, 'ansible', 'seconds', 0.2),
      compare('cold, wall of bare ssh2', cold, 'bare ssh2', 'seconds'),
      ...costs(`warm, ${count} hosts`, { ...many, ansible: few.ansible }),
      compare('warm, wall of pssh', many, 'pssh', 'seconds', 0.4),
      compare('warm, CPU of pssh', many, 'pssh', 'cpuSeconds', 0.1),
      compare('warm, wall of ansible', few, 'ansible', 'seconds', 0.03),
      compare('warm, wall of bare ssh2', many, 'bare ssh2', 'seconds', 1.15),
    ]
  },
}

/** Connections are made for it, by processes that are started for it. */
function connecting(scene: SshScene): Promise<Results> {
  const group = scene.group('cold')
  const { clush, pssh, ansible } = peersBy({ ...scene.files, config: scene.files.coldConfig })
  return inTurns<Cost>(
    {
      'engine': () => group.run(scene.coldUptime('engine')),
      'bare ssh2': () => group.run(scene.coldUptime('bare')),
      'clush': () => byPeer(scene, group, clush),
      'pssh': () => byPeer(scene, group, pssh),
      'ansible': () => byPeer(scene, group, ansible),
    },
    ROUNDS,
    quiet
  )
}

/** Connections are open: Muster's in its pool, the peers' by ControlMaster. */
async function connected(scene: SshScene): Promise<{ few: Results; many: Results }> {
  const groups = { engine: scene.group('engine'), bare: scene.group('bare') }
  const programs = { engine: scene.engine(groups.engine), bare: scene.bare(groups.bare) }
  const masters = scene.group('masters')
  await scene.files.openMasters(masters)
  const { pssh, ansible } = peersBy({ ...scene.files, config: scene.files.warmConfig })
  for (let sweep = 0; sweep < SWEEPS_BEFORE; sweep++) {
    await programs.engine.ask('uptime', {})
    await programs.bare.ask('uptime')
  }
  const engine = () => swept(groups.engine, () => programs.engine.ask('uptime', {}))
  const many = await inTurns<Cost>(
    {
      'engine': engine,
      'bare ssh2': () => swept(groups.bare, () => programs.bare.ask('uptime')),
      'pssh': () => byPeer(scene, masters, pssh),
    },
    WARM_ROUNDS,
    quiet
  )
  const few = await inTurns<Cost>(
    { engine, ansible: () => byPeer(scene, masters, ansible) },
    ROUNDS,
    quiet
  )
  await Promise.all([programs.engine.stop(), programs.bare.stop(), masters.remove()])
  return { few, many }
}

async function byPeer({ fleet }: SshScene, group: CpuGroup, { name, argv, env }: Peer) {
  const { stdout, ...cost } = await group.run(argv, { env })
  const answers = stdout.split('load average').length - 1
  if (answers !== fleet.hosts.length) throw new Error(`${name} brought ${answers} answers.`)
  return cost
}

async function swept(group: CpuGroup, ask: () => Promise<Sweep>): Promise<Cost> {
  const before = group.cpuSeconds
  const { milliseconds, ended } = await ask()
  const lost = ended.filter((end) => end === null).length
  if (lost > 0) throw new Error(`${lost} hosts did not answer.`)
  return { seconds: milliseconds / 1000, cpuSeconds: group.cpuSeconds - before }
}

function costs(what: string, results: Results): Measurement[] {
  return Object.entries(results).flatMap(([name, rounds]) => [
    { what: `${what}: ${name}`, unit: 's', value: summarize(rounds.map((cost) => cost.seconds)) },
    { what: '  its CPU', unit: 's', value: summarize(rounds.map((cost) => cost.cpuSeconds)) },
  ])
}

/** The engine's cost as a share of another's, round by round. */
function compare(
  what: string,
  results: Results,
  other: string,
  cost: keyof Cost,
  goal?: number
): Measurement {
  const of = (name: string) => results[name].map((one) => one[cost])
  return { what, unit: 'x', value: summarize(ratios(of('engine'), of(other))), goal }
}
