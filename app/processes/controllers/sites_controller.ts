import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import DecideSite from '#app/processes/actions/decide_site'
import EditedSitePage from '#app/processes/queries/edited_site_page'
import { siteValidator } from '#app/processes/validators'
import Project from '#app/projects/models/project'

const DECIDED = {
  keep: 'It stays as it was edited on',
  overwrite: 'The next deployment writes it anew on',
}

/**
 * Deciding about a site that somebody edited by hand on a server.
 */
export default class SitesController {
  @inject()
  async edit({ view, scope, params }: HttpContext, page: EditedSitePage) {
    return view.render('pages/processes/site', await page.read(scope, params.projectId))
  }

  @inject()
  async update(ctx: HttpContext, decideSite: DecideSite) {
    const project = await Project.within(ctx.scope).where('id', ctx.params.projectId).firstOrFail()
    const { server, ...decided } = await ctx.request.validateUsing(siteValidator)
    const placement = await decideSite.handle(ctx.scope.origin, project, server, decided)
    const message = `${DECIDED[decided.act]} ${placement.server.name}.`
    ctx.session.flash('toasts', [{ tone: 'success', message }])
    return ctx.response.redirect().toRoute('sites.edit', { projectId: project.id })
  }
}
