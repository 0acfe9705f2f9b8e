import { inject } from '@adonisjs/core'
import { errors as httpErrors, type HttpContext } from '@adonisjs/core/http'
import ConfirmGitHost from '#app/projects/actions/confirm_git_host'
import ReadGitHostKey from '#app/projects/actions/read_git_host_key'
import { gitHostOf } from '#app/projects/git_hosts'
import ProjectDraft from '#app/projects/models/project_draft'
import { confirmGitHostValidator } from '#app/projects/validators'

/**
 * Confirming the key of the git host that a project which is only begun is fetched from.
 */
export default class DraftGitHostsController {
  @inject()
  async create(ctx: HttpContext, readGitHostKey: ReadGitHostKey) {
    const { draft, gitHost } = await this.#find(ctx)
    const offered = await readGitHostKey
      .handle(draft.server, gitHost)
      .catch((error: Error) => error)
    return ctx.view.render('pages/projects/draft_git_host', {
      draft,
      gitHost,
      offered: offered instanceof Error ? null : offered,
      problem: offered instanceof Error ? offered.message : null,
    })
  }

  @inject()
  async store(ctx: HttpContext, confirmGitHost: ConfirmGitHost) {
    const { draft, gitHost } = await this.#find(ctx)
    const { fingerprint } = await ctx.request.validateUsing(confirmGitHostValidator)
    await confirmGitHost.handle(ctx.scope, draft, gitHost, fingerprint)
    ctx.session.flash('toasts', [{ tone: 'success', message: `${gitHost.host} is pinned.` }])
    return ctx.response.redirect().toRoute('project_drafts.show', { id: draft.id })
  }

  async #find({ scope, params, request }: HttpContext) {
    const draft = await ProjectDraft.within(scope)
      .where('id', params.id)
      .preload('server')
      .firstOrFail()
    const gitHost = await gitHostOf(draft)
    if (!gitHost) throw new httpErrors.E_ROUTE_NOT_FOUND([request.method(), request.url()])
    return { draft, gitHost }
  }
}
