import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { refuse } from '#app/core/exceptions/refusal'
import type CreateRun from '#app/runs/actions/create_run'
import type Server from '#app/servers/models/server'
import { isSameKey } from '#app/ssh_keys/key_lines'
import KeyInstallation from '#app/ssh_keys/models/key_installation'
import type PublicKey from '#app/ssh_keys/models/public_key'
import SshKey from '#app/ssh_keys/models/ssh_key'
import { KEY_RUN_SECONDS, type InstallationInput } from '#app/ssh_keys/run_inputs'
import type { Scope } from '#app/teams/scope'

/** As whom a key is installed, and for how long. */
export interface Places {
  /** Null for the user Muster logs in as, on each server. */
  unixUser: string | null
  removedOnExpiry: boolean
}

/**
 * Begins to install a key on a server. Call it while the team is held.
 *
 * @throws a refusal for `servers`
 */
export async function beginInstallation(
  scope: Scope,
  server: Server,
  key: SshKey | PublicKey,
  places: Places,
  createRun: CreateRun,
  trx: TransactionClientContract
): Promise<KeyInstallation> {
  const unixUser = places.unixUser ?? server.username
  if (unixUser === server.username && isSameKey(server.publicKey, key.publicKey)) {
    refuse('servers', `Muster logs in at ${server.name} with this key already.`)
  }
  const place = { serverId: server.id, unixUser, fingerprint: key.fingerprint }
  const known = await KeyInstallation.within(scope, { client: trx }).where(place).first()
  if (known?.isBusy) refuse('servers', `A run is under way about this key on ${server.name}.`)
  const installation = known ?? new KeyInstallation()
  const wasPresent = known?.state === 'installed'
  installation.useTransaction(trx).merge({
    ...{ ...place, teamId: scope.teamId, publicKey: key.publicKey, name: key.name },
    ...ownerOf(key),
    ...{ state: 'installing', message: null, removedAt: null },
    removedOnExpiry: places.removedOnExpiry && key.expiresAt !== null,
  })
  await installation.save()
  const input: InstallationInput = {
    ...{ installationId: installation.id, unixUser, publicKey: key.publicKey },
    wasPresent,
  }
  const run = await createRun.handle(
    scope,
    {
      server,
      kind: 'ssh_keys.install',
      title: `Install the key ${key.name} as ${unixUser}`,
      input: { ...input },
      deadlineSeconds: KEY_RUN_SECONDS,
    },
    trx
  )
  await installation.merge({ runId: run.id }).save()
  return installation
}

function ownerOf(key: SshKey | PublicKey) {
  return key instanceof SshKey
    ? { sshKeyId: key.id, publicKeyId: null, ownerId: null, ownerName: null }
    : { sshKeyId: null, publicKeyId: key.id, ownerId: key.userId, ownerName: key.user.fullName }
}
