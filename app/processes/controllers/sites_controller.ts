import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import DecideSite from '#app/processes/actions/decide_site'
import EditedSitePage from '#app/processes/queries/edited_site_page'
import { siteValidator } from '#app/processes/validators'
import Project from '#app/projects/models/project'

const DECIDED = {
  keep: 'The site stays as it was edited. Deploy now.',
  overwrite: 'The next deployment writes the site anew.',
}

/**
 * Deciding about a site that somebody edited by hand on the server.
 */
export default class SitesController {
  @inject()
  async edit({ view, scope, params }: HttpContext, page: EditedSitePage) {
    return view.render('pages/processes/site', await page.read(scope, params.projectId))
  }

  @inject()
  async update(ctx: HttpContext, decideSite: DecideSite) {
    const project = await Project.within(ctx.scope).where('id', ctx.params.projectId).firstOrFail()
    const decided = await ctx.request.validateUsing(siteValidator)
    await decideSite.handle(ctx.scope.origin, project, decided)
    ctx.session.flash('toasts', [{ tone: 'success', message: DECIDED[decided.act] }])
    return ctx.response.redirect().toRoute('projects.show', { id: project.id })
  }
}
