import type { ModelQueryBuilderContract } from '@adonisjs/lucid/types/model'
import type Run from '#app/runs/models/run'
import { runKinds } from '#app/runs/run_handler'
import { openRunStates, runStates, type RunState } from '#app/runs/states'

const HOUR = 60 * 60 * 1000

/** How far back a list of runs reaches, in milliseconds. */
const periods = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR, month: 30 * 24 * HOUR }

type Period = keyof typeof periods

/** Runs that a person did not start. */
export const NOBODY = 'muster'

/** Which runs someone wants to see. Nothing in it means all. */
export interface RunFilter {
  /** A state, or `open` for those that have not ended. */
  state: RunState | 'open' | null
  kind: string | null
  /** The id of a server. */
  server: string | null
  /** The id of a person, or `NOBODY`. */
  by: string | null
  period: Period | null
  /** Words, each of which must occur in the title. */
  text: string | null
}

const LONGEST_TEXT = 160

/** More words would keep others waiting. */
const MOST_WORDS = 5

/**
 * The filter in the query of an address. What is not understood is as if it were not there.
 */
export function readFilter(query: Record<string, unknown>): RunFilter {
  const states = ['open', ...runStates] as const
  const kinds = runKinds().map(({ kind }) => kind)
  const by = textOf(query.by)
  return {
    state: states.find((state) => state === query.state) ?? null,
    kind: kinds.find((kind) => kind === query.kind) ?? null,
    server: idOf(query.server),
    by: by === NOBODY ? by : idOf(by),
    period: (Object.keys(periods) as Period[]).find((period) => period === query.period) ?? null,
    text: textOf(query.text).trim().slice(0, LONGEST_TEXT) || null,
  }
}

/**
 * The filter as the query of an address.
 */
export function queryOf(filter: RunFilter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1]))
  )
}

/**
 * Keeps the runs that the filter lets through.
 */
export function keepFiltered(
  runs: ModelQueryBuilderContract<typeof Run>,
  { state, kind, server, by, period, text }: RunFilter
): void {
  if (state) runs.whereIn('runs.state', state === 'open' ? [...openRunStates] : [state])
  if (kind) runs.where('runs.kind', kind)
  if (server) runs.where('runs.server_id', server)
  if (by === NOBODY) runs.whereNull('runs.created_by')
  else if (by) runs.where('runs.created_by', by)
  if (period) runs.where('runs.created_at', '>=', Date.now() - periods[period])
  for (const word of text?.split(/\s+/).slice(0, MOST_WORDS) ?? []) {
    const pattern = `%${word.replace(/[!%_]/g, '!$&')}%`
    runs.whereRaw("runs.title like ? escape '!'", [pattern])
  }
}

function idOf(value: unknown): string | null {
  return /^[0-9A-Z]{26}$/.exec(textOf(value))?.[0] ?? null
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
