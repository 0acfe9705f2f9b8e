import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { refuse } from '#app/core/exceptions/refusal'
import Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import { serversBehind } from '#app/servers/way_to_server'
import { holdTeam } from '#app/teams/hold_team'
import type { Scope } from '#app/teams/scope'

/**
 * Forgets a server with its runs. What Muster put on the server stays there. A server that still
 * carries projects, or leads to other servers, is not removed.
 *
 * @throws a refusal for the field `confirm` when the name does not match or something is left
 */
@inject()
export default class RemoveServer {
  readonly #remotes: ServerRemotes

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  async handle(scope: Scope, server: Server, { confirmedName }: { confirmedName: string }) {
    if (confirmedName !== server.name) {
      refuse('confirm', `Type the server's name, ${server.name}, to remove it.`)
    }
    const projects = await db
      .from('projects')
      .where('team_id', scope.teamId)
      .whereIn('id', db.from('placements').select('project_id').where('server_id', server.id))
      .select('name')
    if (projects.length > 0) {
      const names = projects.map(({ name }) => name).join(', ')
      refuse(
        'confirm',
        `These projects run on it: ${names}. Take them off it, or remove them, first.`
      )
    }
    await db.transaction(async (trx) => {
      await holdTeam(scope.teamId, trx)
      const behind = await serversBehind(scope.teamId, server.id, trx)
      if (behind.length > 0) {
        refuse(
          'confirm',
          `These servers are reached through it: ${behind.join(', ')}. Give them another way first.`
        )
      }
      const removed = await Server.within(scope, { client: trx }).where('id', server.id).delete()
      if (Number(removed) !== 1) return
      const details = { address: server.address }
      await recordActivity(
        scope.origin,
        { action: 'server.removed', subject: server.asSubject, details },
        trx
      )
    })
    this.#remotes.forget(server)
  }
}
