import app from '@adonisjs/core/services/app'
import { errors as shieldErrors } from '@adonisjs/shield'
import { errors as lucidErrors } from '@adonisjs/lucid'
import { ExceptionHandler, type HttpContext } from '@adonisjs/core/http'
import type { HttpError, StatusPageRange, StatusPageRenderer } from '@adonisjs/core/types/http'
import { flashFields, sealFields } from '#app/core/exceptions/remembered_fields'

/**
 * Turns errors into pages (or JSON) and reports those that are ours.
 */
export default class HttpExceptionHandler extends ExceptionHandler {
  protected debug = app.inDev
  protected renderStatusPages = !app.inDev
  protected statusPages: Record<StatusPageRange, StatusPageRenderer> = {
    '403': (error, { view }) => view.render('pages/errors/forbidden', { error }),
    '404': (_, { view }) => view.render('pages/errors/not_found'),
    '419': (_, { view }) => view.render('pages/errors/expired'),
    '500..599': (_, ctx) =>
      ctx.view.render('pages/errors/server_error', { requestId: ctx.request.id() }),
  }

  async renderValidationErrorAsHTML(error: HttpError, ctx: HttpContext) {
    ctx.session.flashValidationErrors(error, false)
    flashFields(ctx.session, sealFields(ctx))
    ctx.response.redirect('back', true)
  }

  async handle(error: unknown, ctx: HttpContext) {
    if (error instanceof lucidErrors.E_ROW_NOT_FOUND) {
      error.status = 404
    }
    if (error instanceof shieldErrors.E_BAD_CSRF_TOKEN) {
      const page = await ctx.view.render('pages/errors/expired')
      return ctx.response.status(419).send(page)
    }
    return super.handle(error, ctx)
  }
}
