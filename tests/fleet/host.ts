import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { HostSystem } from '#tests/fleet/host_system'
import { LatencyProxy } from '#tests/fleet/latency_proxy'
import { type Machine } from '#tests/fleet/machine'
import { setLink, type Port } from '#tests/fleet/network'
import { answersSsh } from '#tests/fleet/ssh_banner'

/** Milliseconds a host may take until it answers. */
const PATIENCE = 60_000

const FILLER = '/var/tmp/fleet-filler'

export interface HostKey {
  type: string
  /** The key blob, in base64. */
  key: string
}

/** An OpenSSH key pair: a private key file's text and an authorized_keys line. */
export interface KeyPair {
  privateKey: string
  publicKey: string
}

/** A running Debian host, reached as root by ssh, and the faults that can befall it. */
export class Host extends HostSystem {
  readonly address: string
  readonly port = 22
  readonly username = 'root'
  readonly privateKey: string
  readonly publicKey: string
  readonly #cable: Port
  readonly #smallDisk: boolean
  #hostKey?: HostKey

  constructor(name: string, machine: Machine, cable: Port, keys: KeyPair, smallDisk: boolean) {
    super(name, machine)
    this.address = cable.address
    this.privateKey = keys.privateKey
    this.publicKey = keys.publicKey
    this.#cable = cable
    this.#smallDisk = smallDisk
  }

  /** The ed25519 key the host's sshd shows; read once, so that it is known while the host is off. */
  get hostKey(): HostKey {
    if (!this.#hostKey) {
      const line = readFileSync(this.path('/etc/ssh/ssh_host_ed25519_key.pub'), 'utf8')
      const [type, key] = line.split(' ')
      this.#hostKey = { type, key }
    }
    return this.#hostKey
  }

  /** The line a known_hosts file needs to trust this host by its address. */
  get knownHost(): string {
    return `${this.address} ${this.hostKey.type} ${this.hostKey.key}`
  }

  /** Resolves when sshd answers and lets users in. Raises an error after `timeout` ms. */
  async ready(timeout = PATIENCE): Promise<void> {
    for (const end = Date.now() + timeout; !(await this.#answers()); await sleep(20)) {
      if (Date.now() < end && this.machine.running) continue
      const why = this.machine.running ? `no ssh after ${timeout} ms` : 'it has powered off'
      throw new Error(`${this.name}: ${why}. Its console:\n${this.machine.console}`)
    }
  }

  /**
   * Adds a user who logs in by the fleet's key, and by `password` if one is given; with `sudo: 'nopasswd'`
   * sudo asks for none.
   */
  addUser(name: string, options: { sudo?: 'nopasswd' | false; password?: string } = {}): void {
    const home = `/home/${name}`
    this.inside(['useradd', '--create-home', '--shell', '/bin/bash', '--password', '*', name])
    this.inside(['install', '-d', '-m', '700', '-o', name, '-g', name, `${home}/.ssh`])
    const keys = `${home}/.ssh/authorized_keys`
    this.writeFile(keys, `${this.publicKey}\n`, { mode: '600', owner: name })
    if (options.password !== undefined) this.setPassword(name, options.password)
    if (options.sudo === 'nopasswd') {
      const rule = `${name} ALL=(ALL:ALL) NOPASSWD: ALL\n`
      this.writeFile(`/etc/sudoers.d/fleet-${name}`, rule, { mode: '440' })
    }
  }

  /** Drops the host off the network: packets to it vanish, it goes on running. */
  linkDown(): void {
    setLink(this.#cable, 'down')
  }

  linkUp(): void {
    setLink(this.#cable, 'up')
  }

  /** A way to the host's sshd that takes `roundTrip` ms more; the caller closes it. */
  delayed(roundTrip: number): Promise<LatencyProxy> {
    return LatencyProxy.open({ host: this.address, port: this.port }, roundTrip)
  }

  /** Closes port 22; sessions that are open stay. */
  stopSshd(): void {
    this.inside(['systemctl', 'stop', 'ssh'])
  }

  startSshd(): void {
    this.inside(['systemctl', 'start', 'ssh'])
  }

  /** Kills sshd and every session with SIGKILL; systemd starts a new sshd, which `ready` awaits. */
  killSshd(): void {
    this.inside(['pkill', '-KILL', 'sshd'])
  }

  /** Kills the sessions only: their connections break, their other processes stay. */
  killSessions(): void {
    this.inside(['pkill', '-KILL', '-f', '^sshd(-[a-z]+)?: [^/]'])
  }

  /** Freezes sshd and every session: connections are accepted and nothing is ever said. */
  pauseSshd(): void {
    this.inside(['pkill', '-STOP', 'sshd'])
  }

  resumeSshd(): void {
    this.inside(['pkill', '-CONT', 'sshd'])
  }

  /** Uses the last byte of the host's disk, whose size must have been given. */
  fillDisk(): void {
    if (!this.#smallDisk) {
      throw new Error(`${this.name} has ample room: start it with a disk that can be filled`)
    }
    this.inside(['sh', '-c', `cat /dev/zero > ${FILLER} 2>/dev/null || true`])
  }

  freeDisk(): void {
    this.inside(['rm', '-f', FILLER])
  }

  /** Whether the host has power: false once the system inside has shut down, too. */
  get running(): boolean {
    return this.machine.running
  }

  /** Restarts the system in order and resolves when it answers again. */
  async reboot(): Promise<void> {
    const back = this.nextBoot()
    // The command itself may be among what the reboot ends.
    await this.insideAsync(['systemctl', 'reboot']).catch(() => {})
    await back
  }

  /** Resolves when the host has been booted once more than now, by whomever, and answers. */
  async nextBoot(): Promise<void> {
    await this.machine.booted(this.machine.boots + 1, PATIENCE)
    await this.ready()
  }

  /** Pulls the plug. */
  powerOff(): Promise<void> {
    return this.machine.powerOff()
  }

  /** Boots after `powerOff`, or after the system inside has powered off; resolves when it answers. */
  async powerOn(): Promise<void> {
    this.machine.powerOn()
    await this.ready()
  }

  /** Gives the host a new host key, as a reinstalled or an impersonated server has. */
  replaceHostKey(): void {
    const file = '/etc/ssh/ssh_host_ed25519_key'
    this.inside(['rm', '-f', file, `${file}.pub`])
    this.inside(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', this.name, '-f', file])
    this.inside(['systemctl', 'restart', 'ssh'])
    this.#hostKey = undefined
  }

  async #answers(): Promise<boolean> {
    // pam_nologin(8) sends ordinary users away for as long as the system starts.
    return (
      (await answersSsh(this.address, this.port)) &&
      this.machine.pid1 !== undefined &&
      !existsSync(this.path('/run/nologin'))
    )
  }
}
