import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { showOnce, takeShownOnce } from '#app/core/shown_once'
import Project from '#app/projects/models/project'
import { isFollowed, livePage } from '#app/runs/live_page'
import RemoveWebhook from '#app/webhooks/actions/remove_webhook'
import SaveWebhook from '#app/webhooks/actions/save_webhook'
import { webhookPage } from '#app/webhooks/queries/webhook_page'
import { saveWebhookValidator } from '#app/webhooks/validators'

/**
 * The webhook of a project: where pushes are announced, and what came of them.
 */
export default class WebhooksController {
  show(ctx: HttpContext) {
    const secret = isFollowed(ctx) ? null : takeShownOnce(ctx, 'webhook_secret')
    return livePage(ctx, async (scope) => {
      const page = await webhookPage(scope, ctx.params.projectId)
      return ctx.view.render('pages/webhooks/show', { ...page, secret })
    })
  }

  @inject()
  async store(ctx: HttpContext, saveWebhook: SaveWebhook) {
    const { scope, params, request } = ctx
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const { provider } = await request.validateUsing(saveWebhookValidator)
    const secret = await saveWebhook.handle(scope.origin, project, provider)
    showOnce(ctx, 'webhook_secret', secret.reveal())
    return ctx.response.redirect().toRoute('webhooks.show', { projectId: project.id })
  }

  @inject()
  async destroy({ scope, params, session, response }: HttpContext, removeWebhook: RemoveWebhook) {
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    await removeWebhook.handle(scope.origin, project)
    const message = 'The webhook is removed. Remove it at the provider, too.'
    session.flash('toasts', [{ tone: 'success', message }])
    return response.redirect().toRoute('webhooks.show', { projectId: project.id })
  }
}
