import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import logger from '@adonisjs/core/services/logger'
import type { Secret } from '#engine/shell/secret'
import CreateRun from '#app/runs/actions/create_run'
import type { ServerRemotes } from '#app/servers/server_remotes'
import { beginPhase } from '#app/ssh_keys/begin_phase'
import { endRotation } from '#app/ssh_keys/end_rotation'
import { isSameKey } from '#app/ssh_keys/key_lines'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import { isInstalledThere } from '#app/ssh_keys/queries/is_installed_there'
import { storeLogin } from '#app/ssh_keys/store_login'
import { tryLogin } from '#app/ssh_keys/try_login'
import { holdTeam } from '#app/teams/hold_team'

/** How long a server that does not answer is asked again with its new key, in minutes. */
const PATIENCE_MINUTES = 2

/**
 * Takes rotations on from where the new key was added: tries a login with it, makes it the
 * server's when that succeeds, else has it taken back. What it finds in the rows is all it needs,
 * so that it does not matter which process goes on, or how often it began.
 */
export default class ContinueRotations {
  readonly #remotes: ServerRemotes
  readonly #createRun = new CreateRun()

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  async handle(): Promise<void> {
    const rows = await KeyRotationServer.acrossTeams()
      .where('state', 'added')
      .preload('server')
      .preload('rotation', (rotation) => rotation.preload('toKey'))
      .limit(50)
    await Promise.all(
      rows.map((row) =>
        this.#continue(row).catch((error) =>
          logger.error({ err: error, server: row.serverId }, 'a rotation was not continued')
        )
      )
    )
  }

  async #continue(row: KeyRotationServer): Promise<void> {
    const { rotation, server } = row
    const privateKey = rotation.privateKey ?? rotation.toKey?.privateKey ?? null
    if (!privateKey) return this.#withdraw(row, 'The new key is gone.')
    if (!isSameKey(server.publicKey, row.oldPublicKey)) {
      return this.#withdraw(row, 'The login key was changed by something else meanwhile.')
    }
    const attempt = await tryLogin(this.#remotes, server, privateKey)
    if (attempt.kind === 'in') return this.#store(row, privateKey)
    const waits = row.updatedAt > DateTime.utc().minus({ minutes: PATIENCE_MINUTES })
    if (attempt.kind === 'unreachable' && waits) return
    await this.#withdraw(row, `The login with the new key did not work: ${attempt.message}`)
  }

  /** The new key becomes the server's, and a run removes the old one: both or neither. */
  async #store(row: KeyRotationServer, privateKey: Secret) {
    await db.transaction(async (trx) => {
      await holdTeam(row.teamId, trx)
      const held = await this.#hold(row, trx)
      if (!held) return
      const owner = { teamId: held.teamId, userId: held.rotation.createdBy }
      const isStored = await storeLogin(held, privateKey, trx)
      if (!isStored)
        return this.#end(held, 'The login key was changed by something else meanwhile.', trx)
      held.storedAt = DateTime.utc()
      const stays = await isInstalledThere(held.server, held.oldPublicKey, 'people', trx)
      if (stays) return endRotation(held, 'rotated', null, trx)
      await beginPhase(owner, 'remove', held, held.rotation, this.#createRun, trx)
    })
  }

  async #withdraw(row: KeyRotationServer, message: string) {
    await db.transaction(async (trx) => {
      await holdTeam(row.teamId, trx)
      const held = await this.#hold(row, trx)
      if (held) await this.#end(held, message, trx)
    })
  }

  /** The old key stays; the new one is taken back, unless it is to be there for another reason. */
  async #end(held: KeyRotationServer, message: string, trx: TransactionClientContract) {
    const { rotation, server } = held
    if (
      isSameKey(server.publicKey, rotation.publicKey) ||
      (await isInstalledThere(server, rotation.publicKey, 'all', trx))
    ) {
      return endRotation(held, 'failed', message, trx)
    }
    held.message = message
    const owner = { teamId: held.teamId, userId: rotation.createdBy }
    await beginPhase(owner, 'withdraw', held, rotation, this.#createRun, trx)
  }

  /** The row as it is now, when nobody else has gone on with it. */
  async #hold({ id }: KeyRotationServer, trx: TransactionClientContract) {
    return KeyRotationServer.acrossTeams({ client: trx })
      .where({ id, state: 'added' })
      .preload('server')
      .preload('rotation')
      .first()
  }
}
