import type { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import type SshKey from '#app/ssh_keys/models/ssh_key'
import type { Scope } from '#app/teams/scope'

/**
 * Changes what a key pair is called and when it expires.
 */
export default class UpdateKey {
  async handle(
    scope: Scope,
    key: SshKey,
    input: { name: string; expiresAt: DateTime | null }
  ): Promise<void> {
    const day = (at: DateTime | null) => at?.toISODate() ?? null
    const before = { name: key.name, expires: day(key.expiresAt) }
    const after = { name: input.name, expires: day(input.expiresAt) }
    const changes = Object.fromEntries(
      (['name', 'expires'] as const)
        .filter((each) => before[each] !== after[each])
        .map((each) => [each, { from: before[each], to: after[each] }])
    )
    if (Object.keys(changes).length === 0) return
    await db.transaction(async (trx) => {
      const warned = 'expires' in changes ? 0 : key.warned
      await key
        .useTransaction(trx)
        .merge({ ...input, warned })
        .save()
      const act = { action: 'ssh_key.updated', subject: key.asSubject, details: { changes } }
      await recordActivity(scope.origin, act, trx)
    })
  }
}
