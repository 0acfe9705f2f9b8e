import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { refuse } from '#app/core/exceptions/refusal'
import ServerGroup from '#app/servers/models/server_group'
import Tag from '#app/servers/models/tag'
import type { Scope } from '#app/teams/scope'

/**
 * The group that a form names; null for none.
 *
 * @throws a refusal for `groupId`
 */
export async function findGroup(scope: Scope, id: string | null | undefined) {
  if (!id) return null
  const group = await ServerGroup.within(scope).where('id', id).first()
  return group ?? refuse('groupId', 'Choose one of your groups.')
}

/**
 * The tags that a form names.
 *
 * @throws a refusal for `tags`
 */
export async function findTags(scope: Scope, ids: readonly string[]): Promise<Tag[]> {
  if (ids.length === 0) return []
  const wanted = [...new Set(ids)]
  const tags = await Tag.within(scope).whereIn('id', wanted).orderBy('name')
  return tags.length === wanted.length ? tags : refuse('tags', 'Choose from your tags.')
}

/**
 * Makes these the tags of a server, and no others.
 */
export async function setTags(
  serverId: string,
  tags: readonly Pick<Tag, 'id'>[],
  trx: TransactionClientContract
): Promise<void> {
  await trx.from('server_tags').where('server_id', serverId).delete()
  if (tags.length === 0) return
  await trx
    .table('server_tags')
    .multiInsert(tags.map(({ id }) => ({ server_id: serverId, tag_id: id })))
}
