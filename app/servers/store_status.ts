import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import Server from '#app/servers/models/server'
import { nextCheckAfter } from '#app/servers/pacing'
import { tellOfHostKey } from '#app/servers/tell_of_host_key'
import type { ServerStatus } from '#app/servers/statuses'

const actionOf: Partial<Record<ServerStatus, string>> = {
  auth_failed: 'server.login_refused',
  host_key_changed: 'server.host_key_changed',
  no_root: 'server.root_lost',
}

/**
 * Stores a server as a check found it, and when it is looked at next. That it stopped or began to
 * answer goes on record as the panel's own finding, once, however many processes find it at the
 * same time; what a person does while they connect a new server is on record as theirs. When
 * another check or a person was faster, so that the row has another status or other pins than the
 * check began with, what it found is out of date: it is dropped and the server read again.
 *
 * @param message why it is not reachable, for people
 */
export async function storeStatus(
  server: Server,
  status: ServerStatus,
  message: string | null
): Promise<void> {
  const former = {
    status: server.status,
    since: server.statusSince,
    pins: pinsOf(server.$original.hostKeys),
  }
  server.statusMessage = message
  server.checkFailures = status === 'reachable' ? 0 : (server.checkFailures ?? 0) + 1
  const next = nextCheckAfter(status, server.checkFailures)
  server.nextCheckAt = next === null ? null : DateTime.fromMillis(next).toUTC()
  server.checkAsked = false
  server.checkClaim = null
  if (former.status !== status) {
    server.status = status
    server.statusSince = DateTime.utc()
  }
  const isStored = await db.transaction(async (trx) => {
    if (!(await holdsAs(server, former, trx))) return false
    await server.useTransaction(trx).save()
    if (former.status !== status && !server.offeredHostKey) {
      if (status === 'host_key_changed') await tellOfHostKey(server, trx)
      await recordActivity(systemOrigin(server.teamId), actOf(server, former.since), trx)
    }
    return true
  })
  if (!isStored) await readAgain(server)
}

/** Holds the server's row, and tells whether it is as it was when the check began. */
async function holdsAs(
  { id }: Server,
  former: { status: ServerStatus; pins: string },
  trx: TransactionClientContract
): Promise<boolean> {
  // The write comes first, so that what is read is what the one before left.
  await trx.from('servers').where('id', id).increment('updated_at', 0)
  const row = await Server.acrossTeams({ client: trx })
    .where('id', id)
    .select('id', 'status', 'host_keys')
    .first()
  return row?.status === former.status && pinsOf(row.hostKeys) === former.pins
}

async function readAgain(server: Server): Promise<void> {
  const row = await Server.acrossTeams().where('id', server.id).first()
  if (!row) return
  server.fill(row.$attributes)
  server.$hydrateOriginals()
}

function pinsOf(hostKeys: unknown): string {
  return JSON.stringify(hostKeys ?? [])
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
