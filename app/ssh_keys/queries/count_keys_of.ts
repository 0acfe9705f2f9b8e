import KeyInstallation from '#app/ssh_keys/models/key_installation'
import { presentStates } from '#app/ssh_keys/states'
import type { Scope } from '#app/teams/scope'

/**
 * On how many of the team's servers a person's keys let in.
 */
export async function countServersWithKeysOf(scope: Scope, userId: string): Promise<number> {
  const rows = await KeyInstallation.within(scope)
    .where('owner_id', userId)
    .whereIn('state', [...presentStates])
    .select('server_id')
  return new Set(rows.map(({ serverId }) => serverId)).size
}
