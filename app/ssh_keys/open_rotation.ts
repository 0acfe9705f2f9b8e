import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Secret } from '#engine/shell/secret'
import { recordActivity, type Act } from '#app/activity/record_activity'
import { refuse } from '#app/core/exceptions/refusal'
import type CreateRun from '#app/runs/actions/create_run'
import type Server from '#app/servers/models/server'
import { beginPhase } from '#app/ssh_keys/begin_phase'
import KeyRotation from '#app/ssh_keys/models/key_rotation'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import { whyNotRotated } from '#app/ssh_keys/queries/why_not_rotated'
import type { Scope } from '#app/teams/scope'

/** The key that servers change to. */
export interface NewLogin {
  fromKeyId?: string
  toKeyId?: string
  publicKey: string
  privateKey?: Secret
}

/**
 * Records a rotation with a row and a first run for each server. Call it while the team is held.
 *
 * @param act what goes on record, with the runs
 * @throws a refusal for `rotation`, or for `servers` where they were chosen
 */
export async function openRotation(
  scope: Scope,
  servers: Server[],
  login: NewLogin,
  act: Act,
  createRun: CreateRun,
  trx: TransactionClientContract
): Promise<KeyRotation> {
  const rotation = await KeyRotation.create(
    {
      teamId: scope.teamId,
      fromKeyId: login.fromKeyId ?? null,
      toKeyId: login.toKeyId ?? null,
      publicKey: login.publicKey,
      privateKey: login.privateKey ?? null,
      createdBy: scope.userId,
    },
    { client: trx }
  )
  const runs: string[] = []
  for (const server of servers) {
    const reason = await whyNotRotated(server, rotation, trx)
    if (reason) refuse(login.fromKeyId || !login.toKeyId ? 'rotation' : 'servers', reason)
    const row = new KeyRotationServer().useTransaction(trx).merge({
      ...{ teamId: scope.teamId, rotationId: rotation.id, serverId: server.id },
      ...{ activeServerId: server.id, state: 'adding', oldPublicKey: server.publicKey },
    })
    await row.save()
    row.$setRelated('server', server)
    runs.push(await beginPhase(scope, 'add', row, rotation, createRun, trx))
  }
  await recordActivity(scope.origin, { ...act, runs }, trx)
  return rotation
}
