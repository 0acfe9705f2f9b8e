import type { HttpContext } from '@adonisjs/core/http'
import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import { stopping } from '#app/core/stopping'

/** How long the database may take to answer, in milliseconds. */
const PATIENCE_MS = 2_000

/**
 * Says whether requests should be sent to this process: it is not stopping, and its database
 * answers. Anyone may ask, so it tells nothing else.
 */
export default class HealthReadyController {
  async handle({ response }: HttpContext) {
    if (stopping.signal.aborted) {
      return response.serviceUnavailable({ status: 'stopping' })
    }
    return (await databaseAnswers())
      ? { status: 'ready' }
      : response.serviceUnavailable({ status: 'the database does not answer' })
  }
}

async function databaseAnswers(): Promise<boolean> {
  const patience = new Promise<false>((resolve) => {
    setTimeout(() => resolve(false), PATIENCE_MS).unref()
  })
  return Promise.race([asksDatabase(), patience])
}

async function asksDatabase(): Promise<boolean> {
  try {
    await db.from('panel_settings').select('id').first()
    return true
  } catch (error) {
    logger.error({ err: error }, 'the database does not answer')
    return false
  }
}
