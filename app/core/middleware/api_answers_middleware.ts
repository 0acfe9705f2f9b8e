import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'

/**
 * Programs get JSON from the API whatever they say they accept, errors and unknown paths included.
 */
export default class ApiAnswersMiddleware {
  handle({ request }: HttpContext, next: NextFn) {
    if (/^\/api(\/|$)/.test(request.url())) {
      request.request.headers.accept = 'application/json'
    }
    return next()
  }
}
