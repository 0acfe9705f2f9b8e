import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ChangePlacements from '#app/projects/actions/change_placements'
import Project from '#app/projects/models/project'
import { chosenOf } from '#app/projects/place_project'
import { placementsOf } from '#app/projects/queries/placements_of'
import { serverChoices } from '#app/projects/queries/server_choices'
import { changePlacementsValidator } from '#app/projects/validators'

/**
 * Which servers a project is on.
 */
export default class PlacementsController {
  async edit({ view, scope, params, request }: HttpContext) {
    const project = await Project.within(scope).where('id', params.id).firstOrFail()
    const placements = await placementsOf(project)
    const search = String(request.input('search', ''))
    const also = [request.input('servers', [])].flat().map(String)
    const choices = await serverChoices(scope, { placements, search, also })
    const chosen = new Set([...placements.map(({ serverId }) => serverId), ...also])
    return view.render('pages/projects/servers', { project, placements, choices, chosen })
  }

  @inject()
  async update(ctx: HttpContext, changePlacements: ChangePlacements) {
    const project = await Project.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const {
      servers = [],
      workers,
      ...rollout
    } = await ctx.request.validateUsing(changePlacementsValidator)
    const input = { ...rollout, servers: chosenOf(servers, workers) }
    await changePlacements.handle(ctx.scope.origin, project, input)
    ctx.session.flash('toasts', [
      { tone: 'success', message: 'Saved. The next deployment goes to these servers.' },
    ])
    return ctx.response.redirect().toRoute('placements.edit', { id: project.id })
  }
}
