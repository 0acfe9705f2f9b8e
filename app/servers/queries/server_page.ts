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
  return { server, runs, projects, preparing, history }
}
