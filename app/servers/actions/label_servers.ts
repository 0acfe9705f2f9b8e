import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { findGroup, findTags } from '#app/servers/labels'
import type { selectedServers } from '#app/servers/selected_servers'
import { holdTeam } from '#app/teams/hold_team'
import type { Scope } from '#app/teams/scope'

type Selected = ReturnType<typeof selectedServers>

/** So many ids and rows go into one statement. */
const BATCH = 200

/**
 * Gives many servers a tag or a group at once, or takes it from them.
 *
 * @throws a refusal for a tag or a group that is not the team's
 */
@inject()
export default class LabelServers {
  /** @returns how many servers there are to which it applies now */
  async tag(scope: Scope, selected: Selected, tagId: string, mode: 'add' | 'remove') {
    const [tag] = await findTags(scope, [tagId])
    const ids = await idsOf(selected)
    if (ids.length === 0) return { tag, count: 0 }
    await db.transaction(async (trx) => {
      await holdTeam(scope.teamId, trx)
      for (const batch of batchesOf(ids)) {
        const carried = () =>
          trx.from('server_tags').where('tag_id', tag.id).whereIn('server_id', batch)
        if (mode === 'remove') {
          await carried().delete()
          continue
        }
        const rows = await carried().select('server_id')
        const having = new Set(rows.map(({ server_id: id }) => id))
        const lacking = batch.filter((id) => !having.has(id))
        if (lacking.length === 0) continue
        const added = lacking.map((id) => ({ server_id: id, tag_id: tag.id }))
        await trx.table('server_tags').multiInsert(added)
      }
      const subject = tag.asSubject
      const action = mode === 'add' ? 'server.tagged' : 'server.untagged'
      await recordActivity(scope.origin, { action, subject, details: { count: ids.length } }, trx)
    })
    return { tag, count: ids.length }
  }

  /** @param groupId null takes the servers out of the groups they are in */
  async group(scope: Scope, selected: Selected, groupId: string | null) {
    const group = await findGroup(scope, groupId)
    const ids = await idsOf(selected)
    if (ids.length === 0) return { group, count: 0 }
    await db.transaction(async (trx) => {
      await holdTeam(scope.teamId, trx)
      for (const batch of batchesOf(ids)) {
        const members = trx.from('servers').where('team_id', scope.teamId).whereIn('id', batch)
        await members.update({ group_id: group?.id ?? null })
      }
      const subject = group?.asSubject
      const action = group ? 'server.grouped' : 'server.ungrouped'
      await recordActivity(scope.origin, { action, subject, details: { count: ids.length } }, trx)
    })
    return { group, count: ids.length }
  }
}

async function idsOf(selected: Selected): Promise<string[]> {
  const rows = await selected.select('servers.id').pojo<{ id: string }>()
  return rows.map(({ id }) => id)
}

function batchesOf(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, index) =>
    ids.slice(index * BATCH, (index + 1) * BATCH)
  )
}
