import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import type { Ending } from '#app/terminals/endings'
import Terminal from '#app/terminals/models/terminal'

/**
 * Puts on record that a terminal has ended, after how long and why. Of several who say so the
 * first one counts.
 */
export default class CloseTerminal {
  async handle(
    id: string,
    { reason, because }: Ending,
    at: DateTime = DateTime.utc()
  ): Promise<void> {
    await db.transaction(async (trx) => {
      const closed = await Terminal.acrossTeams({ client: trx })
        .where('id', id)
        .whereNull('ended_at')
        .update({ endedAt: at.toMillis(), reason, updatedAt: Date.now() })
      if (Number(closed) !== 1) return
      const terminal = await Terminal.acrossTeams({ client: trx }).where('id', id).firstOrFail()
      const lasted = at.diff(terminal.createdAt).as('seconds')
      await recordActivity(
        systemOrigin(terminal.teamId),
        {
          action: 'terminal.closed',
          subject: { type: 'server', id: terminal.serverId ?? '', name: terminal.serverName },
          details: {
            person: terminal.userName,
            seconds: Math.max(0, Math.round(lasted)),
            because,
            terminal: id,
          },
        },
        trx
      )
    })
  }
}
