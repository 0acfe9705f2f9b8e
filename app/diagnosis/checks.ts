import { DateTime } from 'luxon'
import type Heartbeat from '#app/diagnosis/models/heartbeat'
import { SILENT_MS } from '#app/diagnosis/process_heartbeat'

/** How one part of the panel is, and what to do when it is not well. */
export interface Check {
  name: string
  state: 'well' | 'watch' | 'bad'
  /** What was found. */
  text: string
  /** What to do. Only where the state is not `well`. */
  advice?: string
}

export interface Findings {
  heartbeats: readonly Heartbeat[]
  /** How long the oldest run has waited for a worker, in milliseconds; null without one. */
  queueAgeMs: number | null
  /** How long one small question to the database took, in milliseconds. */
  databaseMs: number
  disk: { freeBytes: number; sizeBytes: number }
  sendsMail: boolean
  isHttps: boolean
  previousKeys: boolean
}

const GIB = 1024 ** 3

/**
 * Judges what was found. Pure, so that each judgement can be tested without breaking a panel.
 */
export function judge(findings: Findings, now = DateTime.utc()): Check[] {
  const alive = findings.heartbeats.filter(
    ({ beatAt }) => now.toMillis() - beatAt.toMillis() < SILENT_MS
  )
  return [
    databaseCheck(findings.databaseMs),
    roleCheck(alive, 'worker', 'Nothing carries out runs: deployments stay queued.'),
    roleCheck(alive, 'scheduler', 'Servers are not checked and nothing happens by itself.'),
    queueCheck(findings.queueAgeMs),
    loopCheck(alive),
    poolCheck(alive),
    diskCheck(findings.disk),
    versionCheck(alive),
    mailCheck(findings.sendsMail),
    addressCheck(findings.isHttps),
    keysCheck(findings.previousKeys),
  ]
}

function databaseCheck(ms: number): Check {
  const check = { name: 'Database', text: `answers in ${ms.toFixed(1)} ms` }
  if (ms < 100) return { ...check, state: 'well' }
  const advice = 'Look at the load of the database’s machine and its disk.'
  return { ...check, state: ms < 1000 ? 'watch' : 'bad', advice }
}

function roleCheck(alive: readonly Heartbeat[], role: 'worker' | 'scheduler', meaning: string) {
  const count = alive.filter((heartbeat) => heartbeat.carries(role)).length
  const name = role === 'worker' ? 'Workers' : 'Scheduler'
  if (count > 0) {
    const text = count === 1 ? 'one process is alive' : `${count} processes are alive`
    return { name, state: 'well', text } satisfies Check
  }
  const advice = `${meaning} Start a process with ${role} among its MUSTER_ROLES, or restart the panel.`
  return { name, state: 'bad', text: 'no process is alive', advice } satisfies Check
}

function queueCheck(ageMs: number | null): Check {
  const name = 'Queue'
  if (ageMs === null) return { name, state: 'well', text: 'no run waits' }
  const text = `the oldest run has waited ${Math.round(ageMs / 1000)} s`
  if (ageMs < 10_000) return { name, state: 'well', text }
  const advice = 'Workers carry 64 runs at a time. Start another process with the role worker.'
  return { name, state: ageMs < 60_000 ? 'watch' : 'bad', text, advice }
}

function loopCheck(alive: readonly Heartbeat[]): Check {
  const name = 'Event loop'
  const worst = Math.max(0, ...alive.map(({ gauges }) => gauges.eventLoopDelay.p99))
  const text = `work waits ${worst.toFixed(0)} ms at most, 99 times of 100`
  if (worst < 100) return { name, state: 'well', text }
  const advice =
    'The process is busy or the machine is. Give it more CPU, or run web and worker as processes of their own.'
  return { name, state: worst < 500 ? 'watch' : 'bad', text, advice }
}

function poolCheck(alive: readonly Heartbeat[]): Check {
  const name = 'SSH connections'
  const sum = (key: 'connections' | 'waiting' | 'openBreakers') =>
    alive.reduce((total, { gauges }) => total + gauges.pool[key], 0)
  const [connections, waiting, closed] = [sum('connections'), sum('waiting'), sum('openBreakers')]
  const text = `${connections} open, ${waiting} commands wait, ${closed} servers not tried for now`
  if (waiting < 100 && closed === 0) return { name, state: 'well', text }
  const advice =
    closed > 0
      ? 'Servers that refused or did not answer are tried again by themselves. Look at the list of servers.'
      : 'More commands than the servers’ connections carry. It passes, or fewer runs at a time.'
  return { name, state: 'watch', text, advice }
}

function diskCheck({ freeBytes, sizeBytes }: Findings['disk']): Check {
  const name = 'Disk'
  const text = `${(freeBytes / GIB).toFixed(1)} of ${(sizeBytes / GIB).toFixed(1)} GiB free where the data is`
  const share = freeBytes / sizeBytes
  if (freeBytes > 2 * GIB && share > 0.05) return { name, state: 'well', text }
  const advice = 'Make room, or keep logs of runs for fewer days (Settings, Retention).'
  return { name, state: freeBytes > GIB / 2 ? 'watch' : 'bad', text, advice }
}

function versionCheck(alive: readonly Heartbeat[]): Check {
  const name = 'Versions'
  const versions = [...new Set(alive.map(({ gauges }) => gauges.version))]
  if (versions.length < 2) return { name, state: 'well', text: 'all processes run the same' }
  const advice = 'Restart the processes that run the older version.'
  return { name, state: 'watch', text: `processes run ${versions.join(' and ')}`, advice }
}

function mailCheck(sendsMail: boolean): Check {
  const name = 'Mail'
  if (sendsMail) return { name, state: 'well', text: 'is set up' }
  const advice = 'Without it nobody resets a password by themselves. Set it up in Settings, Mail.'
  return { name, state: 'watch', text: 'is not set up', advice }
}

function addressCheck(isHttps: boolean): Check {
  const name = 'Address'
  if (isHttps) return { name, state: 'well', text: 'is https' }
  const advice =
    'Passwords and sessions travel in the clear, and passkeys do not work. Put a proxy with TLS in front and set APP_URL.'
  return { name, state: 'watch', text: 'is http', advice }
}

function keysCheck(previousKeys: boolean): Check {
  const name = 'Keys'
  if (!previousKeys) return { name, state: 'well', text: 'one key is in use' }
  const advice = 'Run node ace secrets:rotate, then remove SECRETS_KEY_PREVIOUS and restart.'
  return { name, state: 'watch', text: 'a rotation of SECRETS_KEY is under way', advice }
}
