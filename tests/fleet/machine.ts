import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { emptyGroups, hierarchies, killProcess, type CgroupMode } from '#tests/fleet/cgroups'
import { type HostDisk } from '#tests/fleet/host_disk'

const INIT = path.join(import.meta.dirname, 'host_init.sh')

/** What a machine is put together from. */
export interface MachineParts {
  name: string
  /** Lower layers of its root, topmost first. */
  layers: readonly string[]
  disk: HostDisk
  /** Its group in each cgroup hierarchy. */
  groups: readonly string[]
  /** The network namespace it is plugged into. */
  namespace: string
  cgroupMode: CgroupMode
}

/**
 * A host's hardware: systemd as PID 1 of its own namespaces. It comes back when the system inside reboots,
 * stays off when that powers off, and dies with the process that started it (pdeathsig, prctl(2)).
 */
export class Machine {
  readonly #parts: MachineParts
  #process?: ChildProcess
  #unplugged = false
  boots = 0

  constructor(parts: MachineParts) {
    this.#parts = parts
  }

  get running(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null
  }

  /** The machine's PID of the host's PID 1; undefined while there is none. */
  get pid1(): number | undefined {
    if (!this.running) return undefined
    const pid = this.#process!.pid
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')) || undefined
  }

  /** The last lines the host wrote on its console. */
  get console(): string {
    return readFileSync(this.#parts.disk.console, 'utf8').trim().split('\n').slice(-15).join('\n')
  }

  powerOn(): void {
    if (this.running) return
    this.#unplugged = false
    this.#boot()
  }

  /** Pulls the plug: every process of the host is gone at once. */
  async powerOff(): Promise<void> {
    const running = this.running ? once(this.#process!, 'exit') : undefined
    this.unplug()
    await running
  }

  /** The same without waiting for the end. */
  unplug(): void {
    this.#unplugged = true
    if (this.running) killProcess(this.pid1 ?? this.#process!.pid!)
  }

  /** Waits until the host has been started `boots` times. Raises an error after `timeout` ms. */
  async booted(boots: number, timeout: number): Promise<void> {
    for (const end = Date.now() + timeout; this.boots < boots; await sleep(10)) {
      if (Date.now() > end) {
        throw new Error(`${this.#parts.name} did not reboot in ${timeout} ms:\n${this.console}`)
      }
    }
  }

  #boot(): void {
    const { name, layers, disk, groups, namespace, cgroupMode } = this.#parts
    this.boots++
    emptyGroups(groups)
    const uptime = readFileSync('/proc/uptime', 'utf8').split('.')[0]
    const host = [
      ...['setpriv', '--pdeathsig', 'KILL', 'nsenter', `--net=/run/netns/${namespace}`, '--'],
      ...['unshare', '--mount', '--uts', '--ipc', '--cgroup', '--time', '--boottime', `-${uptime}`],
      ...['--pid', '--fork', '--kill-child', '--propagation', 'private', '--', 'sh', INIT],
    ]
    const output = openSync(disk.console, 'a')
    const started = spawn('/bin/sh', ['-c', JOIN_GROUPS, 'sh', ...groups, '--', ...host], {
      stdio: ['ignore', output, output],
      // Of its own session, so that Ctrl-C reaches the owner only, which then stops its hosts in order.
      detached: true,
      env: {
        PATH: process.env.PATH,
        HOST_NAME: name,
        HOST_LOWER: layers.join(':'),
        HOST_UPPER: disk.upper,
        HOST_WORK: disk.work,
        HOST_ROOT: disk.root,
        HOST_CGROUPS: mountWords(),
        HOST_CGROUP_MODE: cgroupMode,
      },
    })
    closeSync(output)
    this.#process = started
    // In a pid namespace reboot(2) ends PID 1 by SIGHUP for a reboot, by SIGINT for a power-off.
    started.once('exit', (_code, signal) => {
      if (signal === 'SIGHUP' && !this.#unplugged) this.#boot()
    })
  }
}

/** Arguments: the groups, `--`, the command to become once inside them. */
const JOIN_GROUPS = `
while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 9; shift; done
shift
exec "$@"`

function mountWords(): string {
  return hierarchies()
    .map(({ name, mount }) => `${name}:${mount}`)
    .join(' ')
}
