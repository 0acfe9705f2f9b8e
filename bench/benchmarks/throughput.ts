import type { Benchmark } from '../benchmark.js'
import { quiet } from '../machine.js'
import { inTurns } from '../rounds.js'
import { ratios, summarize } from '../statistics.js'

const ROUNDS = 5
const MIB = 200
const FILE = '/var/tmp/muster-bench'

/** A large file out of a host, over a connection that is open. */
export const throughput: Benchmark = {
  name: 'throughput',
  title: `${MIB} MiB out of a host, the engine beside OpenSSH, both with aes128-gcm`,

  async run(stage) {
    const scene = await stage.sshScene()
    const [host] = scene.fleet.hosts
    const bytes = MIB * 2 ** 20
    await host.insideAsync(['sh', '-c', 'head -c "$1" /dev/zero > "$2"', 'sh', `${bytes}`, FILE])
    stage.defer(() => void host.inside(['rm', '-f', FILE]))
    const openssh = scene.group('openssh')
    await scene.files.openMasters(openssh, 1)
    const own = scene.group('engine')
    const engine = scene.engine(own)
    const cat = ['ssh', '-F', scene.files.warmConfig, host.address, 'cat', '--', FILE]

    const rates = await inTurns(
      {
        engine: async () => {
          const before = own.cpuSeconds
          const milliseconds = await engine.ask('read', { path: FILE, bytes })
          return { rate: (MIB * 1000) / milliseconds, cpu: own.cpuSeconds - before }
        },
        ssh: async () => {
          const { seconds, cpuSeconds } = await openssh.run(cat, { output: 'thrown away' })
          return { rate: MIB / seconds, cpu: cpuSeconds }
        },
      },
      ROUNDS,
      quiet
    )
    await Promise.all([engine.stop(), openssh.remove()])
    const [engineRates, sshRates] = [rates.engine, rates.ssh].map((list) => list.map((r) => r.rate))
    return [
      { what: 'engine', unit: 'MiB/s', value: summarize(engineRates) },
      { what: '  its CPU', unit: 's', value: summarize(rates.engine.map(({ cpu }) => cpu)) },
      { what: 'ssh over ControlMaster', unit: 'MiB/s', value: summarize(sshRates) },
      { what: '  its CPU', unit: 's', value: summarize(rates.ssh.map(({ cpu }) => cpu)) },
      {
        what: 'engine, of ssh',
        unit: 'x',
        value: summarize(ratios(engineRates, sshRates)),
        floor: 0.8,
      },
    ]
  },
}
