import { ulid } from 'ulid'
import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import CheckServer from '#app/servers/actions/check_server'
import Server from '#app/servers/models/server'
import { nextCheckAfter } from '#app/servers/pacing'
import type { ServerRemotes } from '#app/servers/server_remotes'

/** How many servers are looked at together. */
const CONCURRENCY = 50

/** So many servers that did not change are stored by one statement. */
const BATCH = 200

/** A process that vanished while it looked leaves its servers to others after this, in milliseconds. */
const CLAIM_LASTS = 5 * 60_000

/** Of a server, what it takes to look at it; its facts are not among it. */
const COLUMNS = [
  ...['id', 'team_id', 'name', 'host', 'port', 'username', 'private_key', 'host_keys'],
  ...['jump_server_id', 'status', 'status_message', 'status_since', 'offered_host_key'],
  ...['boot_id', 'facts_at', 'check_asked', 'check_failures'],
]

/**
 * Looks at the servers whose turn has come, each by one process. Those that answer and those that
 * do not are looked at apart, so that the silence of some delays nobody else.
 */
export default class CheckServers {
  readonly #checkServer: CheckServer

  constructor(remotes: ServerRemotes) {
    this.#checkServer = new CheckServer(remotes)
  }

  async handle(which: 'answering' | 'silent'): Promise<void> {
    const servers = await this.#claim(which)
    if (servers.length === 0) return
    const queue = servers.values()
    const unchanged: string[] = []
    const look = async () => {
      for (const server of queue) {
        if (await this.#look(server)) unchanged.push(server.id)
        if (unchanged.length >= BATCH) await storeSeen(unchanged.splice(0))
      }
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, look))
    if (unchanged.length > 0) await storeSeen(unchanged)
  }

  /** What goes wrong with one server keeps nobody from the others; its claim runs out. */
  async #look(server: Server): Promise<boolean> {
    try {
      return await this.#checkServer.look(server)
    } catch (error) {
      logger.error({ err: error, server: server.id }, 'a server could not be looked at')
      return false
    }
  }

  async #claim(which: 'answering' | 'silent'): Promise<Server[]> {
    const due = () => {
      const query = db.from('servers').where('next_check_at', '<=', Date.now())
      return which === 'answering'
        ? query.where('status', 'reachable')
        : query.whereNot('status', 'reachable')
    }
    if (!(await due().select('id').first())) return []
    const claim = ulid()
    await due().update({ check_claim: claim, next_check_at: Date.now() + CLAIM_LASTS })
    return Server.acrossTeams().where('check_claim', claim).select(COLUMNS)
  }
}

async function storeSeen(ids: readonly string[]): Promise<void> {
  await db
    .from('servers')
    .whereIn('id', [...ids])
    .where('status', 'reachable')
    .update({
      seen_at: Date.now(),
      next_check_at: nextCheckAfter('reachable', 0),
      check_claim: null,
      check_failures: 0,
    })
}
