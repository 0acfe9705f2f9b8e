import { DateTime } from 'luxon'
import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { gatherKeys, type FoundKeys } from '#engine/keys/read_keys'
import { RemoteError } from '#engine/ssh/errors'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import KeyInstallation from '#app/ssh_keys/models/key_installation'
import KeySighting from '#app/ssh_keys/models/key_sighting'

/** At so many users of a server it is looked at most. */
const MOST_USERS = 20

export type LookResult = { kind: 'seen'; users: number } | { kind: 'not_seen'; message: string }

/**
 * Reads which keys a server lets in, as the login user and as all others that keys were installed
 * for, and corrects by that what is known of installations.
 */
@inject()
export default class LookAtKeys {
  readonly #remotes: ServerRemotes

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  async handle(server: Server): Promise<LookResult> {
    const installations = await KeyInstallation.within(server).where('server_id', server.id)
    const users = [...new Set([server.username, ...installations.map(({ unixUser }) => unixUser)])]
    try {
      for (const user of users.slice(0, MOST_USERS)) {
        const found = await gatherKeys(this.#remotes.of(server), user)
        await this.#keep(server, user, found)
        const there = installations.filter(({ unixUser }) => unixUser === user)
        for (const installation of there) await correct(installation, found)
      }
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error
      return { kind: 'not_seen', message: [error.message, error.hint].filter(Boolean).join(' ') }
    }
    return { kind: 'seen', users: Math.min(users.length, MOST_USERS) }
  }

  async #keep(server: Server, unixUser: string, found: FoundKeys) {
    const place = { serverId: server.id, unixUser }
    const values = { teamId: server.teamId, found, seenAt: DateTime.utc() }
    const keeping = db.transaction(async (trx) => {
      await KeySighting.acrossTeams({ client: trx }).where(place).delete()
      await KeySighting.create({ ...place, ...values }, { client: trx })
    })
    await keeping.catch((error) => {
      // Someone else looked at the same moment.
      if (!isUniqueViolation(error)) throw error
    })
  }
}

/** What was seen counts, unless a run is changing it or began to meanwhile. */
async function correct(installation: KeyInstallation, found: FoundKeys): Promise<void> {
  const { id, state, runId, fingerprint } = installation
  if (installation.isBusy || found.cut || found.state === 'link') return
  const isThere = found.keys.some((key) => key.fingerprint === fingerprint)
  const now = Date.now()
  const query = db.from('key_installations').where({ id, state, run_id: runId })
  if (isThere && state !== 'installed') {
    await query.update({ state: 'installed', message: null, installed_at: now, updated_at: now })
  } else if (!isThere && (state === 'installed' || state === 'unknown')) {
    const message = 'It was not on the server when Muster looked.'
    await query.update({ state: 'removed', message, removed_at: now, updated_at: now })
  }
}
