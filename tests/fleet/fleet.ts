import { readFileSync } from 'node:fs'
import path from 'node:path'
import { cgroupMode, createHostGroups, type CgroupMode } from '#tests/fleet/cgroups'
import { Host, type KeyPair } from '#tests/fleet/host'
import { createHostDisk, generateKey } from '#tests/fleet/host_disk'
import { imageLayers, type ImageName } from '#tests/fleet/image'
import { Machine } from '#tests/fleet/machine'
import { type Port } from '#tests/fleet/network'
import { onProcessEnd } from '#tests/fleet/process_end'
import { Slot } from '#tests/fleet/slot'
import { installTools, requireFleetSupport } from '#tests/fleet/support'

const BOOTS_AT_ONCE = 8
const MOST_HOSTS = 200
const HOST_NAME = /^[a-z][a-z0-9-]{0,30}$/

export interface FleetOptions {
  /** What is installed on the hosts; `base` unless said. */
  image?: ImageName
  /** Debian codename of the hosts; that of the recipe unless said. */
  release?: string
  /** `unified` gives hosts cgroup v2 alone, where limits hold only if the machine has v2 alone, too. */
  cgroups?: CgroupMode
}

export interface HostOptions {
  /** Letters, digits and dashes; the host's name in its own and the others' /etc/hosts. */
  name: string
  /** Size of the host's disk, as `256m`, where it is to be filled up; else there is ample room. */
  disk?: string
}

/** Hosts with a network of their own, on this machine only. Hold it in `await using`, or call `stop`. */
export class Fleet implements AsyncDisposable {
  readonly #options: FleetOptions
  readonly #machines: Machine[] = []
  readonly #hosts = new Map<string, Host>()
  #slot?: Slot
  #forget?: () => void

  constructor(options: FleetOptions) {
    this.#options = options
  }

  get hosts(): Host[] {
    return [...this.#hosts.values()]
  }

  /** The host called `name`. Raises an error when the fleet has none. */
  host(name: string): Host {
    const host = this.#hosts.get(name)
    if (!host) throw new Error(`no host ${name} in this fleet, only ${[...this.#hosts.keys()]}`)
    return host
  }

  /**
   * Boots hosts until each answers by ssh: a number of them called web-1, web-2 ..., or those named. Builds
   * the image first if it is not cached. Call it from the main thread: hosts die with the thread that
   * started them.
   */
  async start(wanted: number | readonly (string | HostOptions)[] = 1): Promise<this> {
    if (this.#slot) throw new Error('this fleet is started already')
    requireFleetSupport()
    installTools()
    const hosts = hostList(wanted)
    const layers = await imageLayers(this.#options.image ?? 'base', this.#options.release)
    this.#slot = await Slot.claim()
    this.#forget = onProcessEnd(() => this.#removeAll())
    try {
      this.#build(hosts, layers)
      await this.#boot()
    } catch (error) {
      await this.stop()
      throw error
    }
    return this
  }

  /** Ends every host at once and leaves nothing behind. May be called more than once. */
  async stop(): Promise<void> {
    await Promise.all(this.#machines.map((machine) => machine.powerOff()))
    this.#removeAll()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #build(hosts: readonly HostOptions[], layers: readonly string[]): void {
    const { name: fleet, network, directory } = this.#slot!
    const keys = fleetKeys(directory)
    const ports = hosts.map(({ name }, index) => network.port(name, index))
    const addresses = new Map(hosts.map(({ name }, index) => [name, ports[index].address]))
    network.create(ports)
    for (const [index, { name, disk: size }] of hosts.entries()) {
      const port: Port = ports[index]
      const identity = { name, hosts: addresses, publicKey: keys.publicKey }
      const machine = new Machine({
        name,
        layers,
        disk: createHostDisk(path.join(directory, 'hosts', name), identity, size),
        groups: createHostGroups(fleet, name),
        namespace: port.namespace,
        cgroupMode: this.#options.cgroups ?? cgroupMode(),
      })
      this.#machines.push(machine)
      this.#hosts.set(name, new Host(name, machine, port, keys, size !== undefined))
    }
  }

  async #boot(): Promise<void> {
    const waiting = this.#machines.map((machine, index) => ({ machine, host: this.hosts[index] }))
    const bootInTurn = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        next.machine.powerOn()
        await next.host.ready()
        // Remembered from now on, for tests that ask while the host is off.
        void next.host.hostKey
      }
    }
    await Promise.all(Array.from({ length: BOOTS_AT_ONCE }, bootInTurn))
  }

  #removeAll(): void {
    for (const machine of this.#machines) machine.unplug()
    this.#slot?.release()
    this.#slot = undefined
    this.#machines.length = 0
    this.#hosts.clear()
    this.#forget?.()
    this.#forget = undefined
  }
}

/** A fleet that has not been started yet. */
export function createFleet(options: FleetOptions = {}): Fleet {
  return new Fleet(options)
}

function hostList(wanted: number | readonly (string | HostOptions)[]): HostOptions[] {
  const hosts =
    typeof wanted === 'number'
      ? Array.from({ length: wanted }, (_, index) => ({ name: `web-${index + 1}` }))
      : wanted.map((host) => (typeof host === 'string' ? { name: host } : host))
  const names = new Set(hosts.map(({ name }) => name))
  if (names.size !== hosts.length) throw new Error('two hosts of a fleet have the same name')
  if (hosts.length > MOST_HOSTS) throw new Error(`a fleet has at most ${MOST_HOSTS} hosts`)
  const wrong = [...names].find((name) => !HOST_NAME.test(name))
  if (wrong !== undefined) throw new Error(`not a host name: ${JSON.stringify(wrong)}`)
  return hosts
}

function fleetKeys(directory: string): KeyPair {
  const file = path.join(directory, 'id_ed25519')
  const publicKey = generateKey(file, 'fleet')
  return { publicKey, privateKey: readFileSync(file, 'utf8') }
}
