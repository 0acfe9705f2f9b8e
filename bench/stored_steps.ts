import { PanelDatabase } from './panel_database.js'

/** From when to when something lasted, in milliseconds since the epoch. */
export interface Span {
  from: number
  to: number
}

/** Steps of a run by their names. */
export type StoredSteps = Record<string, Span>

/**
 * The steps of runs as their panel has stored them.
 *
 * @param data the panel's data directory
 * @param events where each run is heard
 * @throws when a run has none that succeeded
 */
export function storedSteps(data: string, events: readonly string[]): StoredSteps[] {
  using database = new PanelDatabase(data)
  return events.map((path) => {
    const [, , runId] = path.split('/')
    const steps = database.rows(
      'select name, started_at, finished_at from run_steps where run_id = ? and state = ?',
      ...[runId, 'succeeded']
    )
    if (steps.length === 0) throw new Error(`The panel has no steps of the run ${runId}.`)
    return Object.fromEntries(
      steps.map(({ name, started_at: from, finished_at: to }) => [
        String(name),
        { from: Number(from), to: Number(to) },
      ])
    )
  })
}

/** How long each step lasted, in seconds, longest first: `fetch 3.2 s, export 0.8 s`. */
export function longestSteps(steps: StoredSteps, count: number): string {
  return Object.entries(steps)
    .map(([name, { from, to }]) => ({ name, seconds: (to - from) / 1000 }))
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, count)
    .map(({ name, seconds }) => `${name} ${seconds.toFixed(1)} s`)
    .join(', ')
}
