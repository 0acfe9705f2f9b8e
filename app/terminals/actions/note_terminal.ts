import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'
import { LEASE_SECONDS } from '#app/terminals/actions/renew_leases'
import Terminal from '#app/terminals/models/terminal'

export interface OpenedTerminal {
  id: string
  scope: Scope
  signInId: string
  server: Server
  /** The process that holds the shell. */
  processId: string
}

/**
 * Puts on record that somebody has a terminal open.
 */
export default class NoteTerminal {
  async handle({ id, scope, signInId, server, processId }: OpenedTerminal): Promise<void> {
    await db.transaction(async (trx) => {
      await Terminal.create(
        {
          id,
          teamId: scope.teamId,
          serverId: server.id,
          serverName: server.name,
          userId: scope.userId,
          userName: scope.origin.actor.name ?? '',
          signInId,
          processId,
          leasedUntil: DateTime.utc().plus({ seconds: LEASE_SECONDS }),
          endedAt: null,
          reason: null,
        },
        { client: trx }
      )
      await recordActivity(
        scope.origin,
        { action: 'terminal.opened', subject: server.asSubject, details: { terminal: id } },
        trx
      )
    })
  }
}
