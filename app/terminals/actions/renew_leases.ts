import { DateTime } from 'luxon'
import CloseTerminal from '#app/terminals/actions/close_terminal'
import { endingOf } from '#app/terminals/endings'
import Terminal from '#app/terminals/models/terminal'

/** How long a process counts as alive after its last sign of life. */
export const LEASE_SECONDS = 20

/**
 * Says that a process still holds its terminals, and closes those whose process is gone, at the
 * latest moment it can have lived.
 */
export default class RenewLeases {
  /** @returns the ids of the process's terminals that are open */
  async handle(processId: string): Promise<Set<string>> {
    const now = DateTime.utc()
    const held = () => Terminal.acrossTeams().where('process_id', processId).whereNull('ended_at')
    const own = await held().where('leased_until', '>=', now.toMillis()).select('id')
    if (own.length > 0) {
      const leasedUntil = now.plus({ seconds: LEASE_SECONDS }).toMillis()
      await held().where('leased_until', '>=', now.toMillis()).update({ leasedUntil })
    }
    const abandoned = await Terminal.acrossTeams()
      .whereNull('ended_at')
      .where('leased_until', '<', now.toMillis())
      .orderBy('leased_until')
    for (const { id, leasedUntil } of abandoned) {
      await new CloseTerminal().handle(id, endingOf('panel_stopped'), leasedUntil)
    }
    return new Set(own.map(({ id }) => id))
  }
}
