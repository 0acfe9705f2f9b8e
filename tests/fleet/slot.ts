import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { cacheDirectory } from '#tests/fleet/cache'
import { fleetGroups, killGroups, removeGroups } from '#tests/fleet/cgroups'
import { execute } from '#tests/fleet/execute'
import { tryLock, type Lock } from '#tests/fleet/lock'
import { Network } from '#tests/fleet/network'

const SLOTS = 250

/** What a slot's file tells whoever finds it: the owner, and the groups its hosts' processes are in. */
interface SlotRecord {
  pid: number
  cgroups: string[]
}

/**
 * One of the places on this machine where a fleet can be: a number that gives the fleet its subnet, its
 * names and its directory. A process that ends, however it ends, frees its slots; what it left there is
 * removed by the next process that claims any.
 */
export class Slot {
  readonly number: number
  readonly #lock: Lock

  private constructor(number: number, lock: Lock) {
    this.number = number
    this.#lock = lock
  }

  /** Frees the slots of dead processes of what they left, and takes the first free one. */
  static async claim(): Promise<Slot> {
    const used = slotNumbers()
    let claimed: Slot | undefined
    for (let number = 1; number <= SLOTS; number++) {
      if (claimed && !used.includes(number)) continue
      const lock = await tryLock(`slot-${number}`)
      if (!lock) continue
      const slot = new Slot(number, lock)
      slot.#removeAll()
      if (claimed) lock.release()
      else claimed = slot
    }
    if (!claimed) throw new Error(`All ${SLOTS} fleet slots of this machine are in use.`)
    claimed.#record()
    return claimed
  }

  /** Begins the names of network interfaces and cgroups. */
  get name(): string {
    return `mf${this.number}`
  }

  get network(): Network {
    return new Network(this.name, this.number)
  }

  /** Directory of this slot, on disk. */
  get directory(): string {
    return cacheDirectory('slots', String(this.number))
  }

  /** Removes all that is in the slot, running or not, and gives it back. Does not wait for events. */
  release(): void {
    this.#removeAll()
    this.#lock.release()
  }

  #record(): void {
    const record: SlotRecord = { pid: process.pid, cgroups: fleetGroups(this.name) }
    mkdirSync(this.directory, { recursive: true })
    writeFileSync(this.#file, JSON.stringify(record))
  }

  get #file(): string {
    return path.join(this.directory, 'slot.json')
  }

  #removeAll(): void {
    const groups = [...this.#recordedGroups(), ...fleetGroups(this.name)]
    killGroups(groups)
    removeGroups(groups)
    this.network.remove()
    for (const disk of mountsBelow(this.directory)) execute(['umount', '--lazy', disk])
    rmSync(this.directory, { recursive: true, force: true })
  }

  #recordedGroups(): string[] {
    try {
      return (JSON.parse(readFileSync(this.#file, 'utf8')) as SlotRecord).cgroups
    } catch {
      // No file, or one cut off as its owner was killed: then no host had been started yet.
      return []
    }
  }
}

function slotNumbers(): number[] {
  try {
    return readdirSync(cacheDirectory('slots')).map(Number)
  } catch {
    return []
  }
}

function mountsBelow(directory: string): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n')
  return mounts
    .map((line) => line.split(' ')[4])
    .filter((point) => point.startsWith(`${directory}/`))
    .reverse()
}
