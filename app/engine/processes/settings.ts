import { assertForm, GrammarError } from '#engine/system/grammar'

export const RESTART_POLICIES = ['always', 'on-failure', 'no'] as const
export type RestartPolicy = (typeof RESTART_POLICIES)[number]

/** The process that answers HTTP; all others are workers. */
export const WEB = 'web'

/** How one process of a project runs. */
export interface ProcessSettings {
  name: string
  /** The user's own text; null when it stands in the release's Procfile. */
  command: string | null
  instances: number
  /** What one instance may take, in MiB; null for no limit. */
  memoryMegabytes: number | null
  /** Percent of one processor that one instance may take; null for no limit. */
  cpuPercent: number | null
  restart: RestartPolicy
  /** How long an instance may take to end once it was asked, in seconds; then it is killed. */
  graceSeconds: number
}

/** What a process has that nobody gave other settings. */
export const DEFAULT_SETTINGS: Omit<ProcessSettings, 'name' | 'command'> = {
  instances: 1,
  memoryMegabytes: null,
  cpuPercent: null,
  restart: 'always',
  graceSeconds: 20,
}

/** The bounds of each number, for forms and for `assertProcess`. */
export const BOUNDS = {
  instances: [1, 32],
  memoryMegabytes: [16, 1_048_576],
  cpuPercent: [1, 6400],
  graceSeconds: [1, 3600],
} as const satisfies Record<string, readonly [number, number]>

/** The name of a process: up to 24 lower-case letters, digits, `_` and `-`, a letter first. */
export function isProcessName(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z][a-z0-9_-]{0,23}$/.test(value)
}

/**
 * Holds the settings of a process to their grammar and bounds.
 *
 * @throws GrammarError naming what is wrong.
 */
export function assertProcess(process: ProcessSettings): void {
  assertForm(isProcessName, process.name, 'The name of a process')
  for (const [key, [least, most]] of Object.entries(BOUNDS)) {
    const value = process[key as keyof typeof BOUNDS]
    if (value === null && key !== 'instances' && key !== 'graceSeconds') continue
    if (!Number.isInteger(value) || value! < least || value! > most) {
      throw new GrammarError(`A number of a process has to be from ${least} to ${most}.`)
    }
  }
  if (!RESTART_POLICIES.includes(process.restart)) {
    throw new GrammarError('A process restarts always, on failure or not at all.')
  }
}

/** The settings as a line of the file `processes` beside a release. */
export function settingsLine(process: ProcessSettings): string {
  assertProcess(process)
  const { name, instances, memoryMegabytes, cpuPercent, restart, graceSeconds } = process
  return `${name} ${instances} ${memoryMegabytes ?? '-'} ${cpuPercent ?? '-'} ${restart} ${graceSeconds}\n`
}
