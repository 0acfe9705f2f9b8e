import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { selectedServers } from '#app/servers/selected_servers'

/**
 * Puts servers at the head of those that the panel looks at by itself, facts and all. Servers
 * that a person has to act on first are left out.
 *
 * @returns how many are looked at
 */
@inject()
export default class AskForChecks {
  async handle(selected: ReturnType<typeof selectedServers>): Promise<number> {
    const rows = await selected
      .whereNull('servers.offered_host_key')
      .whereNot('servers.status', 'host_key_changed')
      .select('servers.id')
      .pojo<{ id: string }>()
    const ids = rows.map(({ id }) => id)
    for (let first = 0; first < ids.length; first += 200) {
      await db
        .from('servers')
        .whereIn('id', ids.slice(first, first + 200))
        .update({ next_check_at: Date.now(), check_asked: true })
    }
    return ids.length
  }
}
