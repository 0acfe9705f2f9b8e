import type { HttpContext } from '@adonisjs/core/http'
import PackageBodyParserMiddleware from '@adonisjs/core/bodyparser_middleware'
import type { NextFn } from '@adonisjs/core/types/http'
import { isOfSignedBytes } from '#app/core/sessionless'

/**
 * The body parser of @adonisjs/bodyparser, for all requests but those whose bytes were signed:
 * these are read by who checks the signature.
 */
export default class BodyParserMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    if (isOfSignedBytes(ctx)) return next()
    const parser = await ctx.containerResolver.make(PackageBodyParserMiddleware)
    return parser.handle(ctx, () => {
      keepMethod(ctx)
      return next()
    })
  }
}

/**
 * The route was chosen by the address before the body was read. A `_method` in the body would have
 * what checks forms take this one for a question and let it through.
 */
function keepMethod({ request }: HttpContext) {
  const { _method: claimed, ...fields } = request.body()
  if (claimed !== undefined) request.updateBody(fields)
}
