import db from '@adonisjs/lucid/services/db'
import Team from '#app/teams/models/team'

/** How far back deployments and runs are counted, in days. */
export const USAGE_DAYS = 30

const DAY_MS = 86_400_000

/** How much of the panel a team uses. */
export interface TeamUsage {
  name: string
  people: number
  servers: number
  projects: number
  /** In the last 30 days. */
  deployments: number
  runs: number
  logBytes: number
}

/** The deployments of one day, in UTC. */
export interface DeploymentDay {
  /** The beginning of the day, milliseconds since the epoch. */
  at: number
  deployed: number
  /** Failed, lost or rolled back by themselves. */
  failed: number
  /** Cancelled or still under way. */
  other: number
}

/** When the first of the days that are counted began: the last of them is the present one, in UTC. */
const firstDay = (now: number) => now - (now % DAY_MS) - (USAGE_DAYS - 1) * DAY_MS

/**
 * How much the teams use: figures alone, nothing of what is theirs.
 */
export async function teamUsage(now = Date.now()): Promise<TeamUsage[]> {
  const since = firstDay(now)
  const teams = await Team.query().orderBy('name').orderBy('id')
  const [people, servers, projects, deployments, runs, logBytes] = await Promise.all([
    byTeam(db.from('memberships').count('* as total')),
    byTeam(db.from('servers').count('* as total')),
    byTeam(db.from('projects').count('* as total')),
    byTeam(db.from('deployments').where('created_at', '>=', since).count('* as total')),
    byTeam(db.from('runs').where('created_at', '>=', since).count('* as total')),
    byTeam(db.from('runs').sum('log_size as total')),
  ])
  return teams.map(({ id, name }) => ({
    name,
    people: people.get(id) ?? 0,
    servers: servers.get(id) ?? 0,
    projects: projects.get(id) ?? 0,
    deployments: deployments.get(id) ?? 0,
    runs: runs.get(id) ?? 0,
    logBytes: logBytes.get(id) ?? 0,
  }))
}

/**
 * The last 30 days, the present one last, with how their deployments ended.
 */
export async function deploymentDays(now = Date.now()): Promise<DeploymentDay[]> {
  const first = firstDay(now)
  const rows = await db
    .from('deployments')
    .where('created_at', '>=', first)
    .select('state')
    .select(db.raw('created_at - created_at % ? as day', [DAY_MS]))
    .count('* as total')
    .groupBy('state', 'day')
  const days = Array.from({ length: USAGE_DAYS }, (_, index) => ({
    at: first + index * DAY_MS,
    ...{ deployed: 0, failed: 0, other: 0 },
  }))
  for (const { state, day, total } of rows) {
    const place = days[(Number(day) - first) / DAY_MS]
    if (place) place[kindOf(state)] += Number(total)
  }
  return days
}

function kindOf(state: string): 'deployed' | 'failed' | 'other' {
  if (state === 'live') return 'deployed'
  return ['failed', 'lost', 'rolled_back'].includes(state) ? 'failed' : 'other'
}

/** How many people the panel has, and how many of them cannot sign in. */
export async function peopleUsage() {
  const [all, deactivated] = await Promise.all([
    db.from('users').count('* as total').first(),
    db.from('users').whereNotNull('deactivated_at').count('* as total').first(),
  ])
  return { all: Number(all.total), deactivated: Number(deactivated.total) }
}

/** How large the database is, in bytes. */
export async function databaseBytes(): Promise<number> {
  if (db.connection().dialect.name === 'better-sqlite3') {
    const [{ page_count: pages }] = await db.rawQuery('pragma page_count')
    const [{ page_size: size }] = await db.rawQuery('pragma page_size')
    return pages * size
  }
  const row = await db
    .from('information_schema.tables')
    .whereRaw('table_schema = database()')
    .select(db.raw('sum(data_length + index_length) as total'))
    .first()
  return Number(row?.total ?? 0)
}

async function byTeam(
  query: PromiseLike<{ team_id: string; total: unknown }[]> & {
    select(column: string): unknown
    groupBy(column: string): unknown
  }
): Promise<Map<string, number>> {
  query.select('team_id')
  query.groupBy('team_id')
  const rows = await query
  return new Map(rows.map((row) => [row.team_id, Number(row.total ?? 0)]))
}
