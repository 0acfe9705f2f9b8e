import Run from '#app/runs/models/run'
import { keepFiltered, NOBODY, queryOf, type RunFilter } from '#app/runs/filter'
import { runKinds } from '#app/runs/run_handler'
import { runStateLooks, runStates } from '#app/runs/states'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'
import User from '#app/users/models/user'

const PAGE_SIZE = 50

/** A run's row holds its compiled script, which is long. */
const COLUMNS = [
  ...['id', 'teamId', 'serverId', 'createdBy', 'title', 'state', 'cancelRequestedAt'],
  ...['unreachableSince', 'createdAt', 'startedAt', 'finishedAt'],
]

/**
 * A page of a team's runs, newest first, with what it needs to be filtered further. A page beyond
 * the last is the last.
 */
export async function runList(scope: Scope, filter: RunFilter, page: number) {
  const runs = await pageOf(scope, filter, page)
  const last = Math.max(1, runs.lastPage)
  const query = queryOf(filter)
  return {
    runs: page > last ? await pageOf(scope, filter, last) : runs,
    query,
    choices: await choicesOf(scope),
  }
}

function pageOf(scope: Scope, filter: RunFilter, page: number) {
  const runs = Run.within(scope).select(COLUMNS).preload('server').preload('creator')
  keepFiltered(runs, filter)
  return runs.orderBy('created_at', 'desc').orderBy('id', 'desc').paginate(page, PAGE_SIZE)
}

async function choicesOf(scope: Scope) {
  const servers = await Server.within(scope)
    .select('id', 'name')
    .orderBy('name')
    .pojo<{ id: string; name: string }>()
  return {
    states: [
      { value: 'open', label: 'Not ended' },
      ...runStates.map((value) => ({ value, label: runStateLooks[value].label })),
    ],
    kinds: runKinds().map(({ kind, label }) => ({ value: kind, label })),
    servers: servers.map(({ id, name }) => ({ value: id, label: name })),
    people: await starters(scope),
    periods: [
      { value: 'hour', label: 'Last hour' },
      { value: 'day', label: 'Last 24 hours' },
      { value: 'week', label: 'Last 7 days' },
      { value: 'month', label: 'Last 30 days' },
    ],
  }
}

/** Who started runs that the scope sees. */
async function starters(scope: Scope) {
  const rows = await Run.within(scope).distinct('created_by')
  const ids = rows.flatMap(({ createdBy }) => createdBy ?? [])
  const people = await User.query()
    .whereIn('id', ids)
    .select('id', 'full_name')
    .orderBy('full_name')
  return [
    ...people.map(({ id, fullName }) => ({ value: id, label: fullName })),
    ...(rows.length > ids.length ? [{ value: NOBODY, label: 'Muster itself' }] : []),
  ]
}
