import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type CreateRun from '#app/runs/actions/create_run'
import { type RunOwner } from '#app/runs/actions/create_run'
import { isSameKey } from '#app/ssh_keys/key_lines'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import type KeyInstallation from '#app/ssh_keys/models/key_installation'
import { openRotationStates } from '#app/ssh_keys/states'
import { KEY_RUN_SECONDS, type InstallationInput } from '#app/ssh_keys/run_inputs'

/**
 * Why a key is not removed now, for people; null when it can be. Call it while the team is held.
 *
 * @param installation with its server loaded
 */
export async function whyNotRemoved(
  installation: KeyInstallation,
  trx: TransactionClientContract
): Promise<string | null> {
  const { server, unixUser, publicKey } = installation
  if (installation.isBusy) return `A run is under way about ${installation.name} on ${server.name}.`
  if (unixUser !== server.username) return null
  const login = isSameKey(server.publicKey, publicKey)
  const rotating = await KeyRotationServer.within(installation, { client: trx })
    .where('server_id', server.id)
    .whereIn('state', [...openRotationStates])
    .preload('rotation')
  const willBe = rotating.some(({ rotation }) => isSameKey(rotation.publicKey, publicKey))
  return login || willBe
    ? `Muster logs in at ${server.name} with ${installation.name}. Rotate the login key first.`
    : null
}

/**
 * Begins to remove a key from a server.
 *
 * @param installation with its server loaded, and nothing against its removal
 * @returns the id of the run
 */
export async function beginRemoval(
  owner: RunOwner,
  installation: KeyInstallation,
  createRun: CreateRun,
  trx: TransactionClientContract
): Promise<string> {
  const { server, unixUser, publicKey, name, state } = installation
  const input: InstallationInput = {
    ...{ installationId: installation.id, unixUser, publicKey },
    wasPresent: state === 'installed',
  }
  const run = await createRun.handle(
    owner,
    {
      server,
      kind: 'ssh_keys.remove',
      title: `Remove the key ${name} of ${unixUser}`,
      input: { ...input },
      deadlineSeconds: KEY_RUN_SECONDS,
    },
    trx
  )
  const changes = { state: 'removing', message: null, runId: run.id } as const
  await installation.useTransaction(trx).merge(changes).save()
  return run.id
}
