import db from '@adonisjs/lucid/services/db'
import { colours } from '#app/servers/colours'
import Server from '#app/servers/models/server'
import ServerGroup from '#app/servers/models/server_group'
import Tag from '#app/servers/models/tag'
import type { Scope } from '#app/teams/scope'

/** The tags and groups that the scope sees, by name. */
export async function labelsOf(scope: Scope) {
  const [tags, groups] = await Promise.all([
    Tag.within(scope).orderBy('name').orderBy('id').pojo<Tag>(),
    ServerGroup.within(scope).orderBy('name').orderBy('id').pojo<ServerGroup>(),
  ])
  return { tags, groups }
}

/**
 * Tags and groups with how many servers carry each, among those that the scope sees.
 */
export async function labelsPage(scope: Scope) {
  const { tags, groups } = await labelsOf(scope)
  const tagged = await Server.within(scope)
    .join('server_tags', 'server_tags.server_id', 'servers.id')
    .groupBy('server_tags.tag_id')
    .select('server_tags.tag_id as label')
    .select(db.raw('count(*) as total'))
    .pojo<Count>()
  const grouped = await Server.within(scope)
    .whereNotNull('servers.group_id')
    .groupBy('servers.group_id')
    .select('servers.group_id as label')
    .select(db.raw('count(*) as total'))
    .pojo<Count>()
  return {
    colours,
    nextColour: colours[tags.length % colours.length],
    nextGroupColour: colours[groups.length % colours.length],
    tags: withCounts(tags, tagged),
    groups: withCounts(groups, grouped),
  }
}

interface Count {
  label: string
  total: number
}

function withCounts<T extends { id: string }>(labels: readonly T[], counts: readonly Count[]) {
  return labels.map((label) => ({
    ...label,
    count: Number(counts.find((count) => count.label === label.id)?.total ?? 0),
  }))
}
