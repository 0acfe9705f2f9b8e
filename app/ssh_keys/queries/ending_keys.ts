import { DateTime } from 'luxon'
import { warningStages } from '#app/ssh_keys/expiry'
import SshKey from '#app/ssh_keys/models/ssh_key'
import type { Scope } from '#app/teams/scope'

/**
 * The team's key pairs that expire soon or have expired, the first to end on top.
 */
export function endingKeys(scope: Scope): Promise<SshKey[]> {
  const soon = DateTime.utc().plus({ days: warningStages[0] }).toMillis()
  return SshKey.within(scope)
    .whereNull('retired_at')
    .where('expires_at', '<=', soon)
    .orderBy('expires_at')
    .exec()
}
