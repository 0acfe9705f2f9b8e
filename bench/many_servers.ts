import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { ulid } from 'ulid'

/** Nobody listens there, so that looking at such a server costs nobody anything. */
const NOWHERE = { host: '127.0.0.1', port: 1 }

/**
 * Fills the embedded database of a panel with copies of its only server, facts and all, until there
 * are so many.
 */
export function copyServers(data: string, count: number): void {
  const database = new DatabaseSync(join(data, 'muster.sqlite3'), { timeout: 5000 })
  try {
    const server = database.prepare('select * from servers').get() as Record<string, SQLInputValue>
    const columns = Object.keys(server)
    const places = columns.map((column) => `:${column}`)
    const insert = database.prepare(`insert into servers (${columns}) values (${places})`)
    database.exec('begin immediate')
    for (let number = 2; number <= count; number++) {
      insert.run({ ...server, ...NOWHERE, id: ulid(), name: `web-${number}` })
    }
    database.exec('commit')
  } finally {
    database.close()
  }
}
