import { ulid } from 'ulid'
import { PanelDatabase } from './panel_database.js'

/** Nobody listens there, so that looking at such a server costs nobody anything. */
const NOWHERE = { host: '127.0.0.1', port: 1 }

/**
 * Fills the embedded database of a panel with copies of its only server, facts and all, until there
 * are so many.
 */
export function copyServers(data: string, count: number): void {
  using database = new PanelDatabase(data)
  const server = database.singleRow('servers')
  database.together(() => {
    for (let number = 2; number <= count; number++) {
      database.insert('servers', { ...server, ...NOWHERE, id: ulid(), name: `web-${number}` })
    }
  })
}
