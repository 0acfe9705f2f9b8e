import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type CreateRun from '#app/runs/actions/create_run'
import { type RunOwner } from '#app/runs/actions/create_run'
import type KeyRotation from '#app/ssh_keys/models/key_rotation'
import type KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import { KEY_RUN_SECONDS, type RotationInput } from '#app/ssh_keys/run_inputs'

const titles: Record<RotationInput['phase'], string> = {
  add: 'Add the new login key',
  remove: 'Remove the old login key',
  withdraw: 'Take the new login key back',
}

const states = { add: 'adding', remove: 'removing', withdraw: 'withdrawing' } as const

/**
 * Begins a phase of a rotation on one server, by a run.
 *
 * @param row with its server loaded
 */
export async function beginPhase(
  owner: RunOwner,
  phase: RotationInput['phase'],
  row: KeyRotationServer,
  rotation: KeyRotation,
  createRun: CreateRun,
  trx: TransactionClientContract
): Promise<string> {
  const { server, oldPublicKey } = row
  const input: RotationInput = {
    ...{ rotationServerId: row.id, phase, unixUser: server.username },
    publicKey: phase === 'remove' ? oldPublicKey : rotation.publicKey,
    like: phase === 'add' ? oldPublicKey : null,
  }
  const run = await createRun.handle(
    owner,
    {
      server,
      kind: 'ssh_keys.rotate',
      title: titles[phase],
      input: { ...input },
      deadlineSeconds: KEY_RUN_SECONDS,
    },
    trx
  )
  await row.useTransaction(trx).merge({ state: states[phase], runId: run.id }).save()
  return run.id
}
