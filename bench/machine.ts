import { cpus, loadavg, totalmem, type, release } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** Below this share of busy processors a machine counts as quiet. */
const QUIET = 0.1

/** What the numbers were measured on. */
export interface MachineFacts {
  cores: number
  processor: string
  memoryGiB: number
  system: string
  node: string
  /** Average over the last minute before the first measurement. */
  load: number
}

export function describeMachine(): MachineFacts {
  const processors = cpus()
  return {
    cores: processors.length,
    processor: processors[0]?.model.trim() || 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    load: loadavg()[0],
  }
}

export function renderMachine(facts: MachineFacts): string {
  const { cores, processor, memoryGiB, system, node, load } = facts
  return `${cores} cores (${processor}), ${memoryGiB} GiB, ${system}, Node ${node}, load ${load.toFixed(2)}`
}

/** The share of its processors' time that the machine is busy, looked at for `milliseconds`. */
export async function busyShare(milliseconds: number): Promise<number> {
  const before = times()
  await sleep(milliseconds)
  const after = times()
  const all = after.all - before.all
  return all > 0 ? 1 - (after.idle - before.idle) / all : 0
}

export function isQuiet(share: number): boolean {
  return share < QUIET
}

/** Waits until what ran before is over, three seconds at most. */
export async function quiet(): Promise<void> {
  for (let looks = 0; looks < 20; looks++) if (isQuiet(await busyShare(150))) return
}

function times(): { all: number; idle: number } {
  const each = cpus().map(({ times: spent }) => spent)
  const sum = (list: number[]) => list.reduce((total, one) => total + one, 0)
  return {
    all: sum(each.flatMap(({ user, nice, sys, idle, irq }) => [user, nice, sys, idle, irq])),
    idle: sum(each.map(({ idle }) => idle)),
  }
}
