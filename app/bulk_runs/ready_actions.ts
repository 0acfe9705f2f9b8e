import type { ScriptStep } from '#engine/detached/script'
import { installDocker } from '#engine/scripts/actions/install_docker'
import { ping } from '#engine/scripts/actions/ping'
import { restartService } from '#engine/scripts/actions/restart_service'
import { updatePackages } from '#engine/scripts/actions/update_packages'
import type { Pace } from '#app/bulk_runs/waves'
import { durationWords } from '#app/bulk_runs/words'

export const readyActionNames = ['ping', 'restart', 'update', 'docker', 'reboot'] as const

export type ReadyActionName = (typeof readyActionNames)[number]

/**
 * Something that Muster knows how to do on any server.
 */
export interface ReadyAction {
  name: ReadyActionName
  label: string
  /** What it does, for those who choose. */
  text: string
  icon: string
  /** What the button says, with how many servers. */
  button: string
  /** Whether the servers are listed and confirmed before it begins. */
  asksFirst: boolean
  /** Whether it needs the name of a service. */
  needsService: boolean
  timeoutSeconds: number
  /** What is proposed. */
  pace: Pace
  /** The steps on a server; none for what is more than a script (see `reboot_run.ts`). */
  plan: ((values: Record<string, string>) => ScriptStep[]) | null
  /** What came of it on one server, in a few words. */
  note(results: Record<string, string>): string | null
  /** What came of it, to be compared between servers. */
  compared(results: Record<string, string>): string
}

const careful: Pace = { canary: 1, waveSize: 0, concurrency: 5, stopAfter: 1 }
const swift: Pace = { canary: 0, waveSize: 0, concurrency: 50, stopAfter: 0 }

export const readyActions: Record<ReadyActionName, ReadyAction> = {
  ping: {
    name: 'ping',
    label: 'Ping',
    text: 'Asks each server for a sign of life, as root, and how long it has been up.',
    icon: 'activity',
    button: 'Ping',
    asksFirst: false,
    needsService: false,
    timeoutSeconds: 60,
    pace: swift,
    plan: ping,
    note: ({ uptime }) => (uptime ? `Up ${durationWords(Number(uptime))}` : null),
    compared: () => 'Answers',
  },
  restart: {
    name: 'restart',
    label: 'Restart a service',
    text: 'Restarts one service of systemd and looks whether it stays up.',
    icon: 'rotate-cw',
    button: 'Restart the service on',
    asksFirst: true,
    needsService: true,
    timeoutSeconds: 300,
    pace: careful,
    plan: ({ SERVICE }) => restartService({ service: SERVICE }),
    note: ({ state }) => state ?? null,
    compared: ({ state }) => state ?? '',
  },
  update: {
    name: 'update',
    label: 'Update packages',
    text: 'Upgrades all packages to what the distribution offers. Removes none, keeps changed configuration.',
    icon: 'package-check',
    button: 'Update packages on',
    asksFirst: true,
    needsService: false,
    timeoutSeconds: 3600,
    pace: careful,
    plan: updatePackages,
    note: updateNote,
    compared: ({ packages, reboot_required: reboot }) =>
      [...(packages ?? 'Everything was up to date').split(/,\s*/), rebootWords(reboot)]
        .filter(Boolean)
        .join('\n'),
  },
  docker: {
    name: 'docker',
    label: 'Install Docker',
    text: 'Installs and starts Docker from the distribution. One that is there stays as it is.',
    icon: 'container',
    button: 'Install Docker on',
    asksFirst: false,
    needsService: false,
    timeoutSeconds: 1800,
    pace: { ...careful, canary: 0, concurrency: 10, stopAfter: 0 },
    plan: installDocker,
    note: ({ docker }) => (docker ? `Docker ${docker}` : null),
    compared: ({ docker }) => (docker ? `Docker ${docker}` : ''),
  },
  reboot: {
    name: 'reboot',
    label: 'Reboot',
    text: 'Restarts each server and waits until it is back. What runs on it is interrupted.',
    icon: 'power',
    button: 'Reboot',
    asksFirst: true,
    needsService: false,
    timeoutSeconds: 900,
    pace: careful,
    plan: null,
    note: ({ back_after: seconds }) =>
      seconds ? `Back after ${durationWords(Number(seconds))}` : null,
    compared: () => 'Back with a new boot id',
  },
}

/** In the order in which they are offered. */
export const readyActionList = readyActionNames.map((name) => readyActions[name])

export function isReadyActionName(value: unknown): value is ReadyActionName {
  return readyActionNames.includes(value as ReadyActionName)
}

function updateNote({ upgraded, reboot_required: reboot }: Record<string, string>) {
  if (upgraded === undefined) return null
  const count = Number(upgraded)
  const words = count === 0 ? 'Up to date' : `${count} ${count === 1 ? 'package' : 'packages'}`
  return [words, rebootWords(reboot)].filter(Boolean).join(', ')
}

function rebootWords(reboot: string | undefined): string | null {
  return reboot === 'yes' ? 'restart needed' : null
}
