import db from '@adonisjs/lucid/services/db'
import Server from '#app/servers/models/server'
import { expiryLook } from '#app/ssh_keys/expiry'
import KeyInstallation from '#app/ssh_keys/models/key_installation'
import SshKey from '#app/ssh_keys/models/ssh_key'
import { presentStates } from '#app/ssh_keys/states'
import type { Scope } from '#app/teams/scope'

/**
 * A team's key pairs, those that were replaced last, each with how many servers it is for.
 */
export async function keysPage(scope: Scope) {
  const [keys, servers, installations] = await Promise.all([
    SshKey.within(scope).orderBy('name').orderBy('id', 'desc'),
    Server.within(scope).whereNotNull('ssh_key_id').select('id', 'ssh_key_id'),
    KeyInstallation.within(scope)
      .whereNotNull('ssh_key_id')
      .whereIn('state', [...presentStates])
      .select('id', 'ssh_key_id'),
  ])
  const successors = await successorsOf(scope)
  const rows = keys.map((key) => ({
    key,
    logins: servers.filter(({ sshKeyId }) => sshKeyId === key.id).length,
    installations: installations.filter(({ sshKeyId }) => sshKeyId === key.id).length,
    look: lookOf(key, successors),
  }))
  rows.sort(
    (one, other) => Number(one.key.retiredAt !== null) - Number(other.key.retiredAt !== null)
  )
  return { rows }
}

/** Ids of pairs that others are taking, or took, the place of. */
async function successorsOf({ teamId }: Scope): Promise<Set<string>> {
  const rows = await db
    .from('ssh_keys')
    .where('team_id', teamId)
    .whereNotNull('rotated_from_id')
    .select('rotated_from_id')
  return new Set(rows.map((row) => row.rotated_from_id))
}

/** How a pair stands where that is worth saying. */
export function lookOf(key: SshKey, replaced: ReadonlySet<string>) {
  if (key.retiredAt) return { tone: 'neutral', label: 'Replaced' } as const
  if (replaced.has(key.id)) return { tone: 'running', label: 'Being replaced' } as const
  return expiryLook(key)
}
