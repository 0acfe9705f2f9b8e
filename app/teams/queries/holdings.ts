import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'

/** What a team owns that outlives a request to remove it. */
const TABLES = ['servers', 'projects'] as const

export type Holdings = Record<(typeof TABLES)[number], number>

/**
 * How many servers and projects a team has, whoever asks. The features that own them stand above
 * teams, so they are counted by their tables.
 *
 * @param client the transaction that holds the team, when the answer decides something
 */
export async function holdingsOf(
  teamId: string,
  client?: TransactionClientContract
): Promise<Holdings> {
  const counts = await Promise.all(
    TABLES.map(async (table) => {
      const rows = await (client ?? db).from(table).where('team_id', teamId).count('* as count')
      return [table, Number(rows[0].count)] as const
    })
  )
  return Object.fromEntries(counts) as Holdings
}
