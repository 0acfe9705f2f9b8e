import type { HttpContext } from '@adonisjs/core/http'
import type { Secret } from '#engine/shell/secret'
import { TerminalRefused } from '#app/terminals/terminal_refused'

/**
 * Answers with a ticket, or with why there is none.
 */
export async function answerTicket({ response }: HttpContext, issuing: Promise<Secret>) {
  try {
    const ticket = await issuing
    return response.created({ ticket: ticket.reveal() })
  } catch (error) {
    if (!(error instanceof TerminalRefused)) throw error
    return response.tooManyRequests({ message: `${error.message} ${error.hint}` })
  }
}
