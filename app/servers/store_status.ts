import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import Server from '#app/servers/models/server'
import { nextCheckAfter } from '#app/servers/pacing'
import type { ServerStatus } from '#app/servers/statuses'

const actionOf: Partial<Record<ServerStatus, string>> = {
  auth_failed: 'server.login_refused',
  host_key_changed: 'server.host_key_changed',
  no_root: 'server.root_lost',
}

/**
 * Stores a server as a check found it, and when it is looked at next. That it stopped or began to
 * answer goes on record as the panel's own finding, once, however many processes find it at the
 * same time; what a person does while they connect a new server is on record as theirs.
 *
 * @param message why it is not reachable, for people
 */
export async function storeStatus(
  server: Server,
  status: ServerStatus,
  message: string | null
): Promise<void> {
  const former = { status: server.status, since: server.statusSince }
  server.statusMessage = message
  server.checkFailures = status === 'reachable' ? 0 : (server.checkFailures ?? 0) + 1
  const next = nextCheckAfter(status, server.checkFailures)
  server.nextCheckAt = next === null ? null : DateTime.fromMillis(next).toUTC()
  server.checkAsked = false
  server.checkClaim = null
  if (former.status === status) {
    await server.save()
    return
  }
  server.status = status
  server.statusSince = DateTime.utc()
  await db.transaction(async (trx) => {
    const changed = await Server.acrossTeams({ client: trx })
      .where({ id: server.id, status: former.status })
      .update({ status })
    await server.useTransaction(trx).save()
    if (Number(changed) !== 1 || server.offeredHostKey) return
    await recordActivity(systemOrigin(server.teamId), actOf(server, former.since), trx)
  })
}

function actOf(server: Server, since: DateTime) {
  const subject = server.asSubject
  if (server.status === 'reachable') {
    const afterSeconds = Math.round(server.statusSince.diff(since).as('seconds'))
    return { action: 'server.back', subject, details: { afterSeconds } }
  }
  const details = { message: server.statusMessage }
  return { action: actionOf[server.status] ?? 'server.unreachable', subject, details }
}
