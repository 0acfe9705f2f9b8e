import { createHash } from 'node:crypto'
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cacheDirectory } from '#tests/fleet/cache'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import { type Host } from '#tests/fleet/host'
import { imageLayers, type ImageName } from '#tests/fleet/image'
import { tryLock, type Lock } from '#tests/fleet/lock'
import { Slot } from '#tests/fleet/slot'

const CLI = path.join(import.meta.dirname, 'fleet_cli.ts')
const PATIENCE = 60_000

/** What is wanted of a background fleet. */
export interface BackgroundOptions {
  count: number
  image: ImageName
  /** Size of each host's own disk, as `256m`. */
  disk?: string
}

/** How a person reaches a host. */
export interface RunningHost {
  host: string
  address: string
  command: string
}

/** The fleet `npm run fleet -- up` leaves running, held by a process of its own. One per cache directory. */
export class Background {
  readonly #directory = cacheDirectory('background')

  /** Starts a process that keeps the fleet; resolves when every host answers. */
  async start(options: BackgroundOptions): Promise<RunningHost[]> {
    if (await this.#isRunning()) {
      throw new Error('A fleet is running already: npm run fleet -- down stops it.')
    }
    await imageLayers(options.image)
    rmSync(this.#directory, { recursive: true, force: true })
    mkdirSync(this.#directory, { recursive: true })
    const keeper = this.#spawnKeeper(options)
    while (!existsSync(this.#file('hosts.json'))) {
      if (keeper.exitCode !== null || keeper.signalCode !== null) {
        throw new Error(`The fleet did not start:\n${readFileSync(this.#file('log'), 'utf8')}`)
      }
      await sleep(50)
    }
    return this.#readHosts()
  }

  /** Runs as the keeper: starts the hosts, which keep this process until it is told to end. */
  async keep({ count, image, disk }: BackgroundOptions): Promise<void> {
    if (!(await this.#lock())) throw new Error('Another process keeps a fleet already.')
    writeFileSync(this.#file('pid'), String(process.pid))
    const names = Array.from({ length: count }, (_, index) => `web-${index + 1}`)
    const fleet = await createFleet({ image }).start(names.map((name) => ({ name, disk })))
    this.#writeSshFiles(fleet)
    const hosts = fleet.hosts.map((host) => this.#describe(host))
    writeFileSync(this.#file('hosts.json.new'), JSON.stringify(hosts))
    renameSync(this.#file('hosts.json.new'), this.#file('hosts.json'))
  }

  /** The hosts of the running fleet; undefined when there is none. */
  async hosts(): Promise<RunningHost[] | undefined> {
    return (await this.#isRunning()) && existsSync(this.#file('hosts.json'))
      ? this.#readHosts()
      : undefined
  }

  /** Stops the fleet and removes what it, or one that was killed, left. False when none was running. */
  async stop(): Promise<boolean> {
    const running = await this.#isRunning()
    if (running) {
      process.kill(Number(readFileSync(this.#file('pid'), 'utf8')), 'SIGTERM')
      for (const end = Date.now() + PATIENCE; await this.#isRunning(); await sleep(50)) {
        if (Date.now() > end) throw new Error(`The fleet still runs after ${PATIENCE} ms.`)
      }
    }
    const slot = await Slot.claim()
    slot.release()
    rmSync(this.#directory, { recursive: true, force: true })
    return running
  }

  #spawnKeeper({ count, image, disk }: BackgroundOptions): ChildProcess {
    const log = openSync(this.#file('log'), 'w')
    const options = ['--image', image, ...(disk ? ['--disk', disk] : [])]
    const keeper = spawn(
      process.execPath,
      [...process.execArgv, CLI, 'keep', String(count), ...options],
      { detached: true, stdio: ['ignore', log, log] }
    )
    closeSync(log)
    keeper.unref()
    return keeper
  }

  #writeSshFiles(fleet: Fleet): void {
    const key = this.#file('id_ed25519')
    const knownHosts = this.#file('known_hosts')
    const blocks = fleet.hosts.map(({ name, address, username }) => [
      `Host ${name}`,
      `  HostName ${address}`,
      `  User ${username}`,
      `  IdentityFile ${key}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${knownHosts}`,
      '  StrictHostKeyChecking yes',
      '',
    ])
    writeFileSync(key, fleet.hosts[0].privateKey, { mode: 0o600 })
    writeFileSync(knownHosts, fleet.hosts.map(({ knownHost }) => `${knownHost}\n`).join(''))
    writeFileSync(this.#file('ssh_config'), blocks.flat().join('\n'))
  }

  #describe({ name, address }: Host): RunningHost {
    return { host: name, address, command: `ssh -F ${this.#file('ssh_config')} ${name}` }
  }

  #readHosts(): RunningHost[] {
    return JSON.parse(readFileSync(this.#file('hosts.json'), 'utf8'))
  }

  #file(name: string): string {
    return path.join(this.#directory, name)
  }

  async #isRunning(): Promise<boolean> {
    const lock = await this.#lock()
    lock?.release()
    return lock === undefined
  }

  #lock(): Promise<Lock | undefined> {
    return tryLock(`background-${createHash('sha256').update(this.#directory).digest('hex')}`)
  }
}
