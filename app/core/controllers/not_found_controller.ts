import { errors as httpErrors, type HttpContext } from '@adonisjs/core/http'

/**
 * Whatever is not there.
 */
export default class NotFoundController {
  handle({ request }: HttpContext): never {
    throw new httpErrors.E_ROUTE_NOT_FOUND([request.method(), request.url()])
  }
}
