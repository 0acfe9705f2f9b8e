import db from '@adonisjs/lucid/services/db'
import type Server from '#app/servers/models/server'
import { serverStatuses } from '#app/servers/statuses'
import { createGroup, createServer, createTag, type Tenant } from '#tests/support/tenants'

/** So many rows go into one statement. */
const BATCH = 100

/**
 * Many servers of a team, each told apart by its number: `server-0001` and so on. What is known of
 * them follows from the number alone, so that a test can tell what a filter or an order gives.
 *
 * @returns their ids, the first one's at 0
 */
export async function createManyServers(tenant: Tenant, count: number): Promise<string[]> {
  const pattern = await createServer(tenant, { name: 'server-0000' })
  const stored = await db.from('servers').where('id', pattern.id).firstOrFail()
  const rows = Array.from({ length: count }, (_, index) => rowOf(stored, index))
  await db.from('servers').where('id', pattern.id).delete()
  for (let first = 0; first < count; first += BATCH) {
    await db.table('servers').multiInsert(rows.slice(first, first + BATCH))
  }
  return rows.map(({ id }) => id)
}

/** One in forty is in trouble, of each kind some. */
export function statusOfNumber(index: number): Server['status'] {
  const troubled = serverStatuses.filter((status) => !['reachable', 'unconfirmed'].includes(status))
  return index % 40 === 7 ? troubled[Math.floor(index / 40) % troubled.length] : 'reachable'
}

function rowOf(stored: Record<string, unknown>, index: number) {
  const number = String(index + 1).padStart(4, '0')
  const systems = ['Debian GNU/Linux 12 (bookworm)', 'Debian GNU/Linux 13 (trixie)']
  return {
    ...stored,
    id: `01J${number.padStart(23, '0')}`.slice(0, 16) + String(stored.id).slice(16, 22) + number,
    name: `server-${number}`,
    host: `10.0.${Math.floor(index / 250)}.${(index % 250) + 1}`,
    status: statusOfNumber(index),
    status_since: Date.now() - ((index * 7919) % 90_000) * 1000,
    seen_at: Date.now() - (index % 60) * 1000,
    os_name: [...systems, 'Ubuntu 24.04.2 LTS'][index % 3],
    load_centi: (index * 37) % 480,
    load_permille: Math.round(((index * 37) % 480) * 2.5),
    memory_permille: (index * 131) % 1000,
    disk_permille: (index * 77) % 1000,
    reboot_required: index % 25 === 3,
    pending_updates: index % 6 === 2 ? (index % 40) + 1 : 0,
  }
}

/** Two groups and four tags, spread over servers by their number. */
export async function labelServers(tenant: Tenant, ids: readonly string[]) {
  const groups = [
    await createGroup(tenant, { name: 'Production', colour: 'lagoon' }),
    await createGroup(tenant, { name: 'Staging', colour: 'sand' }),
  ]
  const tags = [
    await createTag(tenant, { name: 'web', colour: 'steel' }),
    await createTag(tenant, { name: 'database', colour: 'clay' }),
    await createTag(tenant, { name: 'eu-central', colour: 'moss' }),
    await createTag(tenant, { name: 'us-east', colour: 'heather' }),
  ]
  const links = ids.flatMap((id, index) => [
    { server_id: id, tag_id: tags[index % 4 === 0 ? 1 : 0].id },
    ...(index % 2 === 0 ? [{ server_id: id, tag_id: tags[index % 3 === 0 ? 3 : 2].id }] : []),
  ])
  for (let first = 0; first < links.length; first += BATCH) {
    await db.table('server_tags').multiInsert(links.slice(first, first + BATCH))
  }
  for (const [place, group] of groups.entries()) {
    const members = ids.filter((_, index) => index % 5 < 4 && index % 2 === place)
    for (let first = 0; first < members.length; first += BATCH) {
      await db
        .from('servers')
        .whereIn('id', members.slice(first, first + BATCH))
        .update({ group_id: group.id })
    }
  }
  return { groups, tags }
}
