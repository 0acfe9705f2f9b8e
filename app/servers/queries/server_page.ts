import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import { historyOf } from '#app/activity/queries/history'
import Run from '#app/runs/models/run'
import { serverLoginLabels } from '#app/servers/logins'
import type Server from '#app/servers/models/server'
import { pasteLineOf } from '#app/servers/queries/connect_page'
import { serversBehind } from '#app/servers/way_to_server'
import type { Scope } from '#app/teams/scope'

/**
 * What the page of a server shows, and what goes with the server when it is removed.
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
    .join('placements', 'placements.project_id', 'projects.id')
    .where({ 'projects.team_id': scope.teamId, 'placements.server_id': server.id })
    .select('projects.id', 'name', 'domain', 'runtime', 'placements.role')
    .orderBy('name')
  const preparing = runs.find((run) => run.kind === 'server.prepare' && run.isOpen) ?? null
  const history = await historyOf(scope, [{ type: 'server', id: server.id }])
  await server.load('group')
  await server.load('tags', (tags) => tags.orderBy('name'))
  const behind = await serversBehind(scope.teamId, server.id)
  const blocking = [
    ...projects.map(({ name }) => `the project ${name}`),
    ...behind.map((name) => `the way to ${name}`),
  ]
  return {
    ...{ server, runs, projects, preparing, history, blocking },
    loginKey: await loginKeyOf(server),
    tags: server.tags.toSorted((one, other) => one.name.localeCompare(other.name, 'en')),
    keyFrom: serverLoginLabels[server.login],
    runCount: await countRuns(scope, server),
    pasteLine: server.status === 'auth_failed' ? pasteLineOf(server.publicKey) : null,
  }
}

async function countRuns(scope: Scope, server: Server): Promise<number> {
  const [row] = await Run.within(scope)
    .where('server_id', server.id)
    .count('* as total')
    .pojo<{ total: number }>()
  return Number(row.total)
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
