import type { Benchmark } from '../benchmark.js'
import { quiet } from '../machine.js'
import { inTurns } from '../rounds.js'
import { SilenceMeter } from '../ssh/silence.js'
import { once, percentile, ratios, summarize } from '../statistics.js'

const CONNECTIONS = 20
const COMMANDS = 100

/** For so long a packet may wait that Nagle's algorithm holds back (RFC 1122, 4.2.3.4). */
const GAP_MS = 40

/** One host: a connection with a command, and a command on a connection that is open. */
export const oneHost: Benchmark = {
  name: 'one-host',
  title: 'A connection and a command on one host, the engine beside OpenSSH',

  async run(stage) {
    const scene = await stage.sshScene()
    const { files, fleet } = scene
    const [host] = fleet.hosts
    const openssh = scene.group('openssh')
    await files.openMasters(openssh, 1)
    const engine = scene.engine(scene.group('engine'))
    const ssh = async (config: string) => {
      const { seconds } = await openssh.run(['ssh', '-F', config, host.address, 'true'])
      return seconds * 1000
    }

    const connections = await inTurns(
      { engine: () => engine.ask('connect', {}), ssh: () => ssh(files.coldConfig) },
      CONNECTIONS,
      quiet
    )
    const meter = await SilenceMeter.before({ host: host.address, port: host.port })
    stage.defer(() => meter.close())
    const silences: number[] = []
    for (let count = 0; count < CONNECTIONS; count++) {
      await quiet()
      await engine.ask('connect', { port: meter.port })
      silences.push(meter.take())
    }
    const commands = await inTurns(
      { engine: () => engine.ask('command'), ssh: () => ssh(files.warmConfig) },
      COMMANDS
    )
    await Promise.all([engine.stop(), openssh.remove()])
    return [
      { what: 'connect and command: engine', unit: 'ms', value: summarize(connections.engine) },
      { what: 'connect and command: ssh', unit: 'ms', value: summarize(connections.ssh) },
      shareOf('connect and command, of ssh', connections, 0.5),
      {
        what: 'longest silence while connecting',
        unit: 'ms',
        value: summarize(silences),
        goal: GAP_MS,
        note: 'seen by a relay between the two',
      },
      { what: 'command, connection open: engine', unit: 'ms', value: summarize(commands.engine) },
      { what: 'command, ControlMaster: ssh', unit: 'ms', value: summarize(commands.ssh) },
      shareOf('command, of ssh over ControlMaster', commands, 0.3),
      {
        what: 'command: 95 % within',
        unit: 'ms',
        value: once(percentile(commands.engine, 0.95)),
        goal: GAP_MS,
      },
    ]
  },
}

function shareOf(what: string, { engine, ssh }: Record<string, number[]>, goal: number) {
  return { what, unit: 'x', value: summarize(ratios(engine, ssh)), goal }
}
