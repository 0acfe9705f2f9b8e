import type { HttpContext } from '@adonisjs/core/http'
import Server from '#app/servers/models/server'
import type { EndReason } from '#app/terminals/endings'

/**
 * The rights behind a terminal, as its latest socket was let in with: a sign-in that is open, a
 * person who is in the team and may open terminals, a server that is there.
 */
export class TerminalRights {
  readonly #context: Pick<HttpContext, 'scopeNow'>
  readonly #serverId: string

  constructor(context: Pick<HttpContext, 'scopeNow'>, serverId: string) {
    this.#context = context
    this.#serverId = serverId
  }

  /** Why the terminal must end now, as the database has it; null when it may go on. */
  async loss(): Promise<Extract<EndReason, 'rights_lost' | 'server_removed'> | null> {
    const scope = await this.#context.scopeNow()
    if (!scope) return 'rights_lost'
    const server = await Server.within(scope).where('id', this.#serverId).select('id').first()
    return server ? null : 'server_removed'
  }
}
