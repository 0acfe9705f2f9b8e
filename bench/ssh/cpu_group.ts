import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hierarchies, killGroups } from '#tests/fleet/cgroups'

/** What a command cost. */
export interface Cost {
  /** From its start to its end. */
  seconds: number
  /** Processor time of it and of all it started, and of what else is in its group. */
  cpuSeconds: number
}

/**
 * Processes whose processor time is counted together, with all that they start and whoever is its
 * parent in the end: a control group (cgroups(7), cpu.stat).
 */
export class CpuGroup {
  readonly #directory: string

  /** @throws when this machine has no cgroup2 mounted */
  constructor(name: string) {
    const unified = hierarchies().find(({ mount }) => mount === 'cgroup2')
    if (!unified) throw new Error('Processor time is read from cgroup2, which is not mounted here.')
    this.#directory = join(unified.group, `muster-bench-${process.pid}-${name}`)
    mkdirSync(this.#directory)
  }

  /** Processor seconds used by the group so far. */
  get cpuSeconds(): number {
    const [, microseconds] = /^usage_usec (\d+)$/m.exec(this.#read('cpu.stat'))!
    return Number(microseconds) / 1e6
  }

  /** Starts a program in the group. */
  start(
    argv: readonly string[],
    { env, stdio = 'ignore' }: { env?: NodeJS.ProcessEnv; stdio?: StdioOptions } = {}
  ): ChildProcess {
    const enter = 'echo $$ > "$1" && shift && exec "$@"'
    const processes = join(this.#directory, 'cgroup.procs')
    return spawn('/bin/sh', ['-c', enter, 'sh', processes, ...argv], { env, stdio })
  }

  /**
   * Runs a program to its end.
   *
   * @throws when it ends with anything but 0, with what it said
   */
  async run(
    argv: readonly string[],
    { env, output = 'kept' }: { env?: NodeJS.ProcessEnv; output?: 'kept' | 'thrown away' } = {}
  ): Promise<Cost & { stdout: string }> {
    const before = this.cpuSeconds
    const began = performance.now()
    const stdio: StdioOptions = ['ignore', output === 'kept' ? 'pipe' : 'ignore', 'pipe']
    const child = this.start(argv, { env, stdio })
    const said = { stdout: '', stderr: '' }
    child.stdout?.on('data', (chunk: Buffer) => (said.stdout += chunk))
    child.stderr!.on('data', (chunk: Buffer) => (said.stderr += chunk))
    const [code] = await once(child, 'close')
    const seconds = (performance.now() - began) / 1000
    if (code !== 0) {
      const lines = (said.stderr.trim() || said.stdout.trim()).split('\n').slice(-10)
      throw new Error(`${argv[0]} ended with ${code ?? 'a signal'}:\n${lines.join('\n')}`)
    }
    return { seconds, cpuSeconds: this.cpuSeconds - before, stdout: said.stdout }
  }

  /** Kills what is left in the group and removes it. May be called more than once. */
  async remove(): Promise<void> {
    if (!existsSync(this.#directory)) return
    killGroups([this.#directory])
    while (this.#read('cgroup.procs').trim() !== '') await sleep(10)
    rmdirSync(this.#directory)
  }

  #read(file: string): string {
    return readFileSync(join(this.#directory, file), 'utf8')
  }
}
