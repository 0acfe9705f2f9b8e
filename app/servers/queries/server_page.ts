import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import { historyOf } from '#app/activity/queries/history'
import Run from '#app/runs/models/run'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/**
 * What the page of a server shows.
 */
export async function serverPage(scope: Scope, server: Server) {
  const runs = await Run.within(scope)
    .where('server_id', server.id)
    .orderBy('created_at', 'desc')
    .limit(10)
    .preload('creator')
    .preload('server')
  const projects = await db
    .from('projects')
    .where({ team_id: scope.teamId, server_id: server.id })
    .select('id', 'name', 'domain', 'runtime')
    .orderBy('name')
  const preparing = runs.find((run) => run.kind === 'server.prepare' && run.isOpen) ?? null
  const history = await historyOf(scope, [{ type: 'server', id: server.id }])
  const loginKey = await loginKeyOf(server)
  return { server, runs, projects, preparing, history, loginKey }
}

/** The team's key pair that Muster logs in with, and whether it ends within two weeks. */
async function loginKeyOf(server: Server) {
  const row = await db
    .from('ssh_keys')
    .where({ team_id: server.teamId, id: server.sshKeyId ?? '' })
    .select('name', 'expires_at')
    .first()
  if (!row) return null
  const expiresAt =
    row.expires_at === null ? null : DateTime.fromMillis(Number(row.expires_at)).toUTC()
  return {
    name: String(row.name),
    expiresAt,
    ends: expiresAt !== null && expiresAt < DateTime.utc().plus({ days: 14 }),
  }
}
