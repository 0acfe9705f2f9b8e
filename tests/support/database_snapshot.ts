import { createHash } from 'node:crypto'
import { NOTHING } from '#app/activity/chain'
import db from '@adonisjs/lucid/services/db'

/** Tables that a request may write without doing anything in a team's name. */
const BOOKKEEPING = [
  ...['sessions', 'sign_ins', 'rate_limits', 'heartbeats'],
  ...['adonis_schema', 'adonis_schema_versions'],
]

/** Columns that say when something was last seen, which a mere look may write. */
const LAST_SEEN = new Set(['last_used_at', 'last_used_address'])

/** Tables whose one row the panel never is without. */
const SINGLE_ROW = ['activity_heads', 'panel_settings', 'key_checks']

/** The settings of a fresh panel. */
const AS_INSTALLED = {
  ...{ base_url: null, sign_up: false, egress_allowed: null, mail_from: null },
  ...{ smtp_host: null, smtp_port: null, smtp_security: null },
  ...{ smtp_username: null, smtp_password: null },
  ...{ run_retention_days: 90, activity_retention_days: 730 },
}

/**
 * Every table of the panel with its number of rows and a checksum of their contents. Two equal
 * snapshots mean that nothing was written in between.
 */
export async function databaseSnapshot(): Promise<Record<string, string>> {
  const tables = (await db.connection().getAllTables()).filter((name) => isOwn(name))
  const entries = tables.sort().map(async (table) => {
    const rows = await db.from(table).select('*')
    const lines = rows.map((row) => JSON.stringify(row, withoutLastSeen)).sort()
    const checksum = createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16)
    return [table, `${rows.length} rows, ${checksum}`] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** Empties every table of the panel, in an order that foreign keys allow, but for those of one row. */
export async function emptyDatabase(): Promise<void> {
  const own = (await db.connection().getAllTables()).filter((name) => isOwn(name))
  const tables = own.filter((name) => !SINGLE_ROW.includes(name))
  const beginning = { count: 0, hash: NOTHING, pruned_count: 0, pruned_hash: NOTHING }
  await db.from('activity_heads').update({ ...beginning, seal: null, chain_key: null })
  await db.from('panel_settings').update(AS_INSTALLED)
  for (let left = tables; left.length > 0;) {
    const refused: string[] = []
    for (const table of left) {
      await db
        .from(table)
        .delete()
        .catch(() => refused.push(table))
    }
    if (refused.length === left.length) {
      throw new Error(`These tables cannot be emptied: ${refused.join(', ')}`)
    }
    left = refused
  }
}

function withoutLastSeen(column: string, value: unknown) {
  return LAST_SEEN.has(column) ? undefined : value
}

function isOwn(table: string) {
  return !BOOKKEEPING.includes(table) && !table.startsWith('sqlite_')
}
