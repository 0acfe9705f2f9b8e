import { cpus, loadavg, totalmem, type, release } from 'node:os'

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
