import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import { findGroup, findTags, setTags } from '#app/servers/labels'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/**
 * Changes what a server is called and how it is ordered: its name, its group, its tags.
 *
 * @throws a refusal for `name` when another server of the team has it
 */
@inject()
export default class UpdateServer {
  async handle(
    scope: Scope,
    server: Server,
    input: { name: string; groupId: string | null; tagIds: readonly string[] }
  ): Promise<void> {
    const group = await findGroup(scope, input.groupId)
    const tags = await findTags(scope, input.tagIds)
    await server.load('group')
    await server.load('tags')
    const changes = changesOf({
      name: [server.name, input.name],
      group: [server.group?.name ?? '', group?.name ?? ''],
      tags: [server.tags, tags].map((list) =>
        list
          .map(({ name }) => name)
          .sort()
          .join(', ')
      ),
    })
    const changing = db.transaction(async (trx) => {
      server.merge({ name: input.name, groupId: group?.id ?? null })
      await server.useTransaction(trx).save()
      await setTags(server.id, tags, trx)
      if (Object.keys(changes).length === 0) return
      const subject = server.asSubject
      await recordActivity(
        scope.origin,
        { action: 'server.updated', subject, details: { changes } },
        trx
      )
    })
    await changing.catch((error) => {
      if (!isUniqueViolation(error)) throw error
      refuse('name', 'You have a server with this name already.')
    })
  }
}

/** What will be another, each as it was and as it will be. */
function changesOf(values: Record<string, readonly string[]>) {
  const changed = Object.entries(values).filter(([, [from, to]]) => from !== to)
  return Object.fromEntries(changed.map(([key, [from, to]]) => [key, { from, to }]))
}
