import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { dueStage, warningStages } from '#app/ssh_keys/expiry'
import PublicKey from '#app/ssh_keys/models/public_key'
import SshKey from '#app/ssh_keys/models/ssh_key'
import { tellOfExpiry } from '#app/ssh_keys/tell_of_expiry'

/**
 * Warns of keys that expire, once at each stage, however many processes look.
 */
export default class WarnOfExpiry {
  async handle(): Promise<void> {
    const first = DateTime.utc().plus({ days: warningStages[0] }).toMillis()
    const due = { expires: first, last: warningStages.length }
    const pairs = await SshKey.acrossTeams()
      .whereNull('retired_at')
      .where('expires_at', '<=', due.expires)
      .where('warned', '<', due.last)
    for (const pair of pairs) await this.#warn(pair, [pair.teamId])
    const keys = await PublicKey.query()
      .where('expires_at', '<=', due.expires)
      .where('warned', '<', due.last)
      .preload('user')
    for (const key of keys) await this.#warn(key, await teamsWith(key))
  }

  async #warn(key: SshKey | PublicKey, teamIds: readonly string[]) {
    const stage = dueStage(key.expiresAt)
    if (stage <= key.warned) return
    const table = key instanceof SshKey ? SshKey.table : PublicKey.table
    await db.transaction(async (trx) => {
      const changed = await trx
        .from(table)
        .where({ id: key.id, warned: key.warned })
        .update({ warned: stage })
      if (Number(changed) !== 1) return
      await tellOfExpiry(key, stage, teamIds, trx)
      for (const teamId of teamIds) await record(key, stage, teamId, trx)
    })
  }
}

/** The teams on whose servers a person's key is. */
async function teamsWith(key: PublicKey): Promise<string[]> {
  const rows: { team_id: string }[] = await db
    .from('key_installations')
    .where('public_key_id', key.id)
    .whereNot('state', 'removed')
    .distinct('team_id')
  return rows.map(({ team_id: id }) => id)
}

async function record(
  key: SshKey | PublicKey,
  stage: number,
  teamId: string,
  trx: TransactionClientContract
) {
  const isOver = stage === warningStages.length
  const details = {
    day: key.expiresAt!.toISODate(),
    ...(key instanceof PublicKey ? { owner: key.user.fullName } : {}),
  }
  const origin = systemOrigin(teamId)
  const subject = key.asSubject
  if (key instanceof SshKey) {
    const action = isOver ? 'ssh_key.expired' : 'ssh_key.expiring'
    return recordActivity(origin, { action, subject, details }, trx)
  }
  const action = isOver ? 'public_key.expired' : 'public_key.expiring'
  return recordActivity(origin, { action, subject, details }, trx)
}
