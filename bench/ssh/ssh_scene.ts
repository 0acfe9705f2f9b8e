import { join } from 'node:path'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import type { Stage } from '../stage.js'
import { CpuGroup } from './cpu_group.js'
import { installPeers } from './peers.js'
import { Program } from './program.js'
import { compilePrograms } from './program_directory.js'
import type { BareMethods } from './programs/bare_worker.js'
import type { EngineMethods } from './programs/engine_worker.js'
import { SshFiles } from './ssh_files.js'

/**
 * Many hosts, and what Muster's engine, bare ssh2 and the peers need to reach them all alike.
 */
export class SshScene {
  readonly fleet: Fleet
  readonly files: SshFiles
  readonly #stage: Stage
  readonly #programs: string
  #groups = 0

  private constructor(stage: Stage, fleet: Fleet, files: SshFiles, programs: string) {
    this.#stage = stage
    this.fleet = fleet
    this.files = files
    this.#programs = programs
  }

  static async build(stage: Stage, size: number): Promise<SshScene> {
    installPeers(stage.say)
    stage.say(`Starting ${size} hosts`)
    const fleet = createFleet()
    stage.defer(() => fleet.stop())
    await fleet.start(size)
    // The user's systemd would be started at each first login and stopped after the last one.
    const linger = ['loginctl', 'enable-linger', 'root']
    await Promise.all(fleet.hosts.map((host) => host.insideAsync(linger)))
    const files = new SshFiles(stage.directory('ssh'), fleet.hosts)
    const programs = compilePrograms(stage.directory('programs'))
    return new SshScene(stage, fleet, files, programs)
  }

  /** An account for processor time; what is in it ends with the benchmarks. */
  group(name: string): CpuGroup {
    const group = new CpuGroup(`${name}-${++this.#groups}`)
    this.#stage.defer(() => group.remove())
    return group
  }

  /** The engine in a process of its own. */
  engine(group: CpuGroup): Program<EngineMethods> {
    return this.#program<EngineMethods>(group, 'engine_worker.js')
  }

  /** Bare ssh2 in a process of its own. */
  bare(group: CpuGroup): Program<BareMethods> {
    return this.#program<BareMethods>(group, 'bare_worker.js')
  }

  /** The command that runs `uptime` everywhere once, process start and all. */
  coldUptime(kind: 'engine' | 'bare'): string[] {
    return [process.execPath, join(this.#programs, 'uptime.js'), kind, this.files.targets]
  }

  #program<M extends EngineMethods | BareMethods>(group: CpuGroup, name: string): Program<M> {
    const program = Program.start<M>(group, join(this.#programs, name), [this.files.targets])
    this.#stage.defer(() => program.stop())
    return program
  }
}
