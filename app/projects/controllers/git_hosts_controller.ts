import { inject } from '@adonisjs/core'
import { errors as httpErrors, type HttpContext } from '@adonisjs/core/http'
import ConfirmGitHost from '#app/projects/actions/confirm_git_host'
import ReadGitHostKey from '#app/projects/actions/read_git_host_key'
import { gitHostOf } from '#app/projects/git_hosts'
import Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'
import { confirmGitHostValidator } from '#app/projects/validators'

/**
 * Confirming the key of the git host a project is fetched from.
 */
export default class GitHostsController {
  @inject()
  async create(ctx: HttpContext, readGitHostKey: ReadGitHostKey) {
    const { project, gitHost, server } = await this.#find(ctx)
    const offered = await readGitHostKey.handle(server, gitHost).catch((error: Error) => error)
    return ctx.view.render('pages/projects/git_host', {
      project,
      gitHost,
      offered: offered instanceof Error ? null : offered,
      problem: offered instanceof Error ? offered.message : null,
    })
  }

  @inject()
  async store(ctx: HttpContext, confirmGitHost: ConfirmGitHost) {
    const { project, gitHost, server } = await this.#find(ctx)
    const { fingerprint } = await ctx.request.validateUsing(confirmGitHostValidator)
    await confirmGitHost.handle(ctx.scope, { name: project.name, server }, gitHost, fingerprint)
    ctx.session.flash('toasts', [{ tone: 'success', message: `${gitHost.host} is pinned.` }])
    return ctx.response.redirect().toRoute('projects.show', { id: project.id })
  }

  async #find({ scope, params, request }: HttpContext) {
    const project = await Project.within(scope).where('id', params.id).firstOrFail()
    const gitHost = await gitHostOf(project)
    if (!gitHost) throw new httpErrors.E_ROUTE_NOT_FOUND([request.method(), request.url()])
    const [{ server }] = await placementsOf(project)
    return { project, gitHost, server }
  }
}
