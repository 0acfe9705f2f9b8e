import { DateTime } from 'luxon'
import type { Secret } from '#engine/shell/secret'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'
import { TERMINAL_LIMITS } from '#app/terminals/limits'
import Terminal from '#app/terminals/models/terminal'
import TerminalTicket from '#app/terminals/models/terminal_ticket'
import { TerminalRefused } from '#app/terminals/terminal_refused'
import { hashOfTicket, newTicket } from '#app/terminals/ticket_text'

/** How long a ticket is good for. */
const TICKET_SECONDS = 30

/** How many a browser may hold. */
const MOST_TICKETS = 20

export interface TicketRequest {
  signInId: string
  server: Server
  /** The terminal to come back to; null for a new one. */
  terminal: Terminal | null
}

/**
 * Gives leave to open one socket, once and soon.
 *
 * @returns the ticket's text, which is kept nowhere
 * @throws TerminalRefused when the person has too many terminals, or asks too often
 */
export default class IssueTicket {
  async handle(scope: Scope, { signInId, server, terminal }: TicketRequest): Promise<Secret> {
    const now = DateTime.utc()
    await TerminalTicket.acrossTeams().where('expires_at', '<', now.toMillis()).delete()
    const waiting = await TerminalTicket.within(scope).where('sign_in_id', signInId)
    if (waiting.length >= MOST_TICKETS) {
      throw new TerminalRefused('That was too often.', 'Wait half a minute, then try again.')
    }
    if (!terminal) await this.#assertRoom(scope)
    const text = newTicket()
    await TerminalTicket.create({
      teamId: scope.teamId,
      serverId: server.id,
      userId: scope.userId,
      signInId,
      terminalId: terminal?.id ?? null,
      ticketHash: hashOfTicket(text.reveal()),
      expiresAt: now.plus({ seconds: TICKET_SECONDS }),
    })
    return text
  }

  async #assertRoom({ userId }: Scope) {
    const { perUser } = TERMINAL_LIMITS
    const open = await Terminal.acrossTeams().where('user_id', userId).whereNull('ended_at')
    if (open.length >= perUser) throw TerminalRefused.tooManyOfUser(perUser)
  }
}
