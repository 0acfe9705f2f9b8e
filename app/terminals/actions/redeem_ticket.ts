import { DateTime } from 'luxon'
import type { Scope } from '#app/teams/scope'
import TerminalTicket from '#app/terminals/models/terminal_ticket'
import { hashOfTicket } from '#app/terminals/ticket_text'

/** Who brings a ticket, and for which server. */
export interface TicketHolder {
  scope: Scope
  signInId: string
  serverId: string
}

/**
 * Takes a ticket. Whoever brings it, it is gone after that; of several who bring the same one at
 * once, one gets in.
 */
export default class RedeemTicket {
  /** @returns null for a ticket that is not this holder's, is too old, or never was */
  async handle(holder: TicketHolder, text: string | null): Promise<TerminalTicket | null> {
    if (text === null) return null
    const ticket = await TerminalTicket.acrossTeams()
      .where('ticket_hash', hashOfTicket(text))
      .first()
    if (!ticket) return null
    const taken = await TerminalTicket.acrossTeams().where('id', ticket.id).delete()
    const fits =
      ticket.teamId === holder.scope.teamId &&
      ticket.userId === holder.scope.userId &&
      ticket.signInId === holder.signInId &&
      ticket.serverId === holder.serverId &&
      ticket.expiresAt > DateTime.utc()
    return Number(taken) === 1 && fits ? ticket : null
  }
}
