/** Where the directories of all runs are on a server. */
export const RUNS_DIRECTORY = '/var/lib/muster/runs'

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/

/**
 * The id of a run as it may be used in a path, a unit name and an environment variable: a ULID.
 *
 * @throws TypeError for anything else.
 */
export function assertRunId(id: string): string {
  if (typeof id !== 'string' || !ULID.test(id)) {
    throw new TypeError('The id of a run must be a ULID in upper case.')
  }
  return id
}

/** @throws TypeError unless the value is a whole number from 0 up. */
export function assertCount(value: number, name: string): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new TypeError(`${name} must be a whole number from 0 up.`)
  }
  return value
}
