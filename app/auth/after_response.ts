import type { HttpContext } from '@adonisjs/core/http'

/**
 * Does something when the answer is already with the person: what depends on whether somebody
 * exists then shows neither in the answer nor in how long it took.
 *
 * @param what in words, for the log when it fails
 */
export function afterResponse(
  { response, logger }: Pick<HttpContext, 'response' | 'logger'>,
  what: string,
  work: () => Promise<unknown>
) {
  response.onFinish(() => {
    work().catch((error: unknown) => logger.error({ err: error }, `${what} failed`))
  })
}
