import { DateTime } from 'luxon'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import Server from '#app/servers/models/server'
import KeyRotation from '#app/ssh_keys/models/key_rotation'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import SshKey from '#app/ssh_keys/models/ssh_key'
import { fingerprintOf } from '#app/ssh_keys/key_lines'

/**
 * Ends what a rotation does with one server, and the rotation with the last of them: the new key
 * no longer waits here, and a pair whose place was taken everywhere is retired, without its
 * private part.
 *
 * @param row with its server loaded
 * @param message why it is not as it should be, for people
 */
export async function endRotation(
  row: KeyRotationServer,
  state: 'rotated' | 'leftover' | 'failed',
  message: string | null,
  trx: TransactionClientContract
): Promise<void> {
  const client = { client: trx }
  await row.useTransaction(trx).merge({ state, message, activeServerId: null }).save()
  const rotation = await KeyRotation.acrossTeams(client).where('id', row.rotationId).firstOrFail()
  if (state === 'rotated') await forgetOldInstallation(row, trx)
  const waiting = await KeyRotationServer.acrossTeams(client)
    .where('rotation_id', rotation.id)
    .whereNull('stored_at')
    .first()
  if (!waiting && rotation.privateKey) await rotation.merge({ privateKey: null }).save()
  if (rotation.fromKeyId) await retire(rotation.fromKeyId, trx)
  await recordActivity(
    systemOrigin(row.teamId),
    {
      action: state === 'failed' ? 'server.key_rotation_failed' : 'server.key_rotated',
      subject: row.server.asSubject,
      details: {
        fingerprint: fingerprintOf(rotation.publicKey),
        ...(message === null ? {} : { message }),
      },
      runs: row.runId ? [row.runId] : [],
    },
    trx
  )
}

/** The pair's own installation for the login user went with its line. */
async function forgetOldInstallation(row: KeyRotationServer, trx: TransactionClientContract) {
  const now = Date.now()
  await trx
    .from('key_installations')
    .where({ server_id: row.serverId, unix_user: row.server.username })
    .where('fingerprint', fingerprintOf(row.oldPublicKey) ?? '')
    .whereNotNull('ssh_key_id')
    .whereIn('state', ['installed', 'unknown'])
    .update({ state: 'removed', message: null, removed_at: now, updated_at: now })
}

async function retire(keyId: string, trx: TransactionClientContract) {
  const client = { client: trx }
  const server = await Server.acrossTeams(client).where('ssh_key_id', keyId).first()
  if (server) return
  const key = await SshKey.acrossTeams(client).where('id', keyId).whereNull('retired_at').first()
  await key?.merge({ retiredAt: DateTime.utc(), privateKey: null }).save()
}
