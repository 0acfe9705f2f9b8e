import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { recordActivity } from '#app/activity/record_activity'
import { refuse } from '#app/core/exceptions/refusal'
import CreateRun from '#app/runs/actions/create_run'
import { beginPhase } from '#app/ssh_keys/begin_phase'
import { isSameKey } from '#app/ssh_keys/key_lines'
import KeyRotation from '#app/ssh_keys/models/key_rotation'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import { whyNotRotated } from '#app/ssh_keys/queries/why_not_rotated'
import { retriableRotationStates } from '#app/ssh_keys/states'
import { holdTeamAs } from '#app/teams/hold_team'
import type { Scope } from '#app/teams/scope'

/**
 * Tries a rotation again on the servers where it did not come to its end: those on the old key from
 * the beginning, those with the old key left from there on.
 */
@inject()
export default class RetryRotation {
  readonly #createRun: CreateRun

  constructor(createRun: CreateRun) {
    this.#createRun = createRun
  }

  /**
   * @throws a refusal for `rotation`
   */
  async handle(scope: Scope, { id }: KeyRotation): Promise<void> {
    await db.transaction(async (trx) => {
      await holdTeamAs(scope, 'keys.manage', trx)
      const client = { client: trx }
      const rotation = await KeyRotation.within(scope, client)
        .where('id', id)
        .preload('toKey')
        .firstOrFail()
      const rows = await KeyRotationServer.within(scope, client)
        .where('rotation_id', id)
        .whereIn('state', [...retriableRotationStates])
        .preload('server')
      if (rows.length === 0) refuse('rotation', 'There is nothing to try again.')
      const runs: string[] = []
      for (const row of rows) runs.push(await this.#retry(scope, row, rotation, trx))
      const servers = rows.map(({ server }) => server.name).join(', ')
      const subject = rotation.toKey?.asSubject ?? rows[0].server.asSubject
      const act = { action: 'key_rotation.retried', subject, details: { servers }, runs }
      await recordActivity(scope.origin, act, trx)
    })
  }

  async #retry(
    scope: Scope,
    row: KeyRotationServer,
    rotation: KeyRotation,
    trx: TransactionClientContract
  ): Promise<string> {
    const { server } = row
    const isStored = row.state === 'leftover'
    const login = isStored ? rotation.publicKey : row.oldPublicKey
    if (!isSameKey(server.publicKey, login)) {
      refuse('rotation', `The login key of ${server.name} was changed since. Begin a new rotation.`)
    }
    if (!isStored) {
      const reason = await whyNotRotated(server, rotation, trx)
      if (reason) refuse('rotation', reason)
      if (!rotation.privateKey && !rotation.toKey?.privateKey) {
        refuse('rotation', 'Another key has taken the place of the new one. Begin a new rotation.')
      }
    }
    row.merge({ activeServerId: server.id, message: null })
    return beginPhase(scope, isStored ? 'remove' : 'add', row, rotation, this.#createRun, trx)
  }
}
