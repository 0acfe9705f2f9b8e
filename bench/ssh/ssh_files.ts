import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Host } from '#tests/fleet/host'
import type { CpuGroup } from './cpu_group.js'
import type { TargetList } from './programs/target_list.js'

/** How long the connections may take to be there, in milliseconds. */
const PATIENCE_MS = 60_000

/** A control socket that is ready; while ssh makes it, it has a longer name. */
const CONTROL_SOCKET = /^cm-[0-9a-f]{40}$/

/**
 * What OpenSSH, the peers on top of it and the programs of this benchmark read, so that all meet
 * the same hosts with the same key and algorithms.
 */
export class SshFiles {
  /** Lists of the hosts: one a line, and as an inventory of ansible's. */
  readonly hosts: string
  readonly inventory: string
  /** ssh_config(5) with a connection for each command. */
  readonly coldConfig: string
  /** The same over connections that stay open, one per host (ControlMaster). */
  readonly warmConfig: string
  /** A `TargetList`. */
  readonly targets: string
  readonly scratch: string
  readonly #addresses: readonly string[]

  constructor(directory: string, hosts: readonly Host[]) {
    this.scratch = directory
    this.#addresses = hosts.map(({ address }) => address)
    const write = (name: string, text: string) => {
      const path = join(directory, name)
      writeFileSync(path, text, { mode: 0o600 })
      return path
    }
    const lines = (name: string, wanted: readonly string[]) => write(name, `${wanted.join('\n')}\n`)
    const { privateKey, username, port } = hosts[0]
    const options = sshOptions({
      username,
      key: write('key', privateKey),
      knownHosts: lines(
        'known_hosts',
        hosts.map(({ knownHost }) => knownHost)
      ),
    })
    const control = ['ControlMaster no', `ControlPath ${join(directory, 'cm-%C')}`]
    this.coldConfig = lines('cold', options)
    this.warmConfig = lines('warm', [...options, ...control])
    this.hosts = lines('hosts', this.#addresses)
    const python = 'ansible_python_interpreter=/usr/bin/python3'
    this.inventory = lines(
      'inventory',
      this.#addresses.map((address) => `${address} ${python}`)
    )
    const list: TargetList = {
      username,
      privateKey,
      hosts: hosts.map(({ address, hostKey }) => ({ address, port, hostKey })),
    }
    this.targets = write('targets', JSON.stringify(list))
  }

  /** Opens connections to the first so many hosts, on the account of a group, whose end closes them. */
  async openMasters(group: CpuGroup, hosts = this.#addresses.length): Promise<void> {
    for (const address of this.#addresses.slice(0, hosts)) {
      group.start(['ssh', '-F', this.warmConfig, '-M', '-N', address])
    }
    for (const end = Date.now() + PATIENCE_MS; this.#masters() < hosts; await sleep(20)) {
      if (Date.now() > end) throw new Error('ssh did not connect to every host.')
    }
  }

  #masters(): number {
    return readdirSync(this.scratch).filter((name) => CONTROL_SOCKET.test(name)).length
  }
}

function sshOptions(own: { username: string; key: string; knownHosts: string }): string[] {
  return [
    'Host *',
    `User ${own.username}`,
    `IdentityFile ${own.key}`,
    `UserKnownHostsFile ${own.knownHosts}`,
    'IdentitiesOnly yes',
    'StrictHostKeyChecking yes',
    'BatchMode yes',
    'PreferredAuthentications publickey',
    'GSSAPIAuthentication no',
    'LogLevel ERROR',
    'Ciphers aes128-gcm@openssh.com',
    'KexAlgorithms curve25519-sha256',
    'HostKeyAlgorithms ssh-ed25519',
  ]
}
