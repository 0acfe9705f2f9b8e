import StaticMiddleware from '@adonisjs/static/static_middleware'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'

/** How the names of files end. */
const EXTENSION = /\.\w+$/

/**
 * The files of the panel itself, by @adonisjs/static, which asks the disk about every address. Here
 * it is asked about those that can be a file's.
 */
export default class StaticFilesMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    if (!EXTENSION.test(ctx.request.url())) return next()
    const files = await ctx.containerResolver.make(StaticMiddleware)
    return files.handle(ctx, next)
  }
}
