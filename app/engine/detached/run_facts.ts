/** What a server says about a run. */
export interface RunFacts {
  /**
   * `missing`: no directory. `created`: a directory, never started. `running`: its lock is held.
   * `finished`: it left an exit code. `rebooted`, `crashed`: it ended without one.
   */
  state: 'missing' | 'created' | 'running' | 'finished' | 'rebooted' | 'crashed'
  /** Exit code of the body, for `finished`. */
  code: number | null
  /** Bytes in the log. */
  size: number
  /** By the server's clock. */
  startedAt: Date | null
  endedAt: Date | null
  /** The deadline ended it. */
  timedOut: boolean
  /** The log reached its cap and does not hold everything. */
  truncated: boolean
  /** A cancel reached it before it had ended. */
  cancelled: boolean
  /** Something else on the server ended it, such as a shutdown or `systemctl stop`. */
  interrupted: boolean
}

const STATES = ['missing', 'created', 'running', 'finished', 'rebooted', 'crashed'] as const

/** Reads the facts of one run; null when they are not in their form. */
export function readRunFacts(values: ReadonlyMap<string, string>): RunFacts | null {
  const state = STATES.find((name) => name === values.get('state'))
  if (state === undefined) return null
  const code = number(values.get('code'), 255)
  if (state === 'finished' && code === null) return null
  const flags = new Set((values.get('flags') ?? '').split(','))
  return {
    state,
    code: state === 'finished' ? code : null,
    size: number(values.get('size'), Number.MAX_SAFE_INTEGER) ?? 0,
    startedAt: time(values.get('started')),
    endedAt: time(values.get('ended')),
    timedOut: flags.has('timed_out'),
    truncated: flags.has('truncated'),
    cancelled: flags.has('cancel'),
    interrupted: flags.has('interrupted'),
  }
}

function number(text: string | undefined, most: number): number | null {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return null
  const value = Number(text)
  return value <= most ? value : null
}

function time(text: string | undefined): Date | null {
  if (text === undefined || !/^\d{9,11}\.\d{1,6}$/.test(text)) return null
  return new Date(Math.round(Number(text) * 1000))
}
