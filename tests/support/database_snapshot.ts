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
  const tables = (await db.connection().getAllTables()).filter((name) => isOwn(name)).sort()
  const isEmbedded = db.connection().dialect.name !== 'mysql'
  return isEmbedded ? snapshotAtOnce(tables) : Object.fromEntries(await snapshotsOf(tables))
}

/** Asks once for all: of so many small tables the asking is what takes time. */
async function snapshotAtOnce(tables: readonly string[]): Promise<Record<string, string>> {
  const rows: { name: string; count: number; contents: string | null }[] = await db.rawQuery(
    await questionFor(tables)
  )
  return Object.fromEntries(
    rows.map(({ name, count, contents }) => [name, described(count, contents ?? '')])
  )
}

/** The question for all tables of each schema. */
const questions = new Map<number, string>()

async function questionFor(tables: readonly string[]): Promise<string> {
  const [{ schema_version: version }] = await db.rawQuery('pragma schema_version')
  const known = questions.get(version)
  if (known) return known
  const parts = tables.map(async (table) => {
    const columns: { name: string }[] = await db.rawQuery('select name from pragma_table_info(?)', [
      table,
    ])
    const kept = columns.filter(({ name }) => !LAST_SEEN.has(name))
    const row = kept.map(({ name }) => `quote("${name}")`).join(` || ',' || `)
    return `select '${table}' as name, count(*) as count, group_concat(${row}, char(10)) as contents from "${table}"`
  })
  const question = (await Promise.all(parts)).join(' union all ')
  questions.set(version, question)
  return question
}

function snapshotsOf(tables: readonly string[]) {
  return Promise.all(
    tables.map(async (table) => {
      const rows = await db.from(table).select('*')
      const lines = rows.map((row) => JSON.stringify(row, withoutLastSeen)).sort()
      return [table, described(rows.length, lines.join('\n'))] as const
    })
  )
}

function described(count: number, contents: string): string {
  const checksum = createHash('sha256').update(contents).digest('hex').slice(0, 16)
  return `${count} rows, ${checksum}`
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
