import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { refuse } from '#app/core/exceptions/refusal'
import Server from '#app/servers/models/server'
import KeyInstallation from '#app/ssh_keys/models/key_installation'
import KeyRotation from '#app/ssh_keys/models/key_rotation'
import SshKey from '#app/ssh_keys/models/ssh_key'
import { openRotationStates, presentStates } from '#app/ssh_keys/states'
import { holdTeamAs } from '#app/teams/hold_team'
import type { Scope } from '#app/teams/scope'

/**
 * Forgets a key pair. One that servers let in is not removed.
 *
 * @throws a refusal for `confirm` when the name does not match, or the pair is in use
 */
export default class RemoveKey {
  async handle(scope: Scope, key: SshKey, { confirmedName }: { confirmedName: string }) {
    if (confirmedName !== key.name) {
      refuse('confirm', `Type the name of the key, ${key.name}, to remove it.`)
    }
    await db.transaction(async (trx) => {
      const client = { client: trx }
      await holdTeamAs(scope, 'keys.manage', trx)
      const servers = await Server.within(scope, client).where('ssh_key_id', key.id).select('name')
      if (servers.length > 0) {
        const names = servers.map(({ name }) => name).join(', ')
        refuse('confirm', `Muster logs in with it at: ${names}. Rotate their login keys first.`)
      }
      const installed = await KeyInstallation.within(scope, client)
        .where('ssh_key_id', key.id)
        .whereIn('state', [...presentStates])
        .first()
      if (installed) refuse('confirm', 'It is installed on servers. Remove it from them first.')
      const rotation = await KeyRotation.within(scope, client)
        .where((query) => query.where('to_key_id', key.id).orWhere('from_key_id', key.id))
        .whereHas('servers', (rows) => rows.whereIn('state', [...openRotationStates]))
        .first()
      if (rotation) refuse('confirm', 'A rotation of it is under way. Wait for its end.')
      await SshKey.within(scope, client).where('id', key.id).delete()
      const details = { fingerprint: key.fingerprint }
      const act = { action: 'ssh_key.removed', subject: key.asSubject, details }
      await recordActivity(scope.origin, act, trx)
    })
  }
}
