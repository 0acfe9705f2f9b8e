import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { refuse } from '#app/core/exceptions/refusal'
import Script from '#app/scripts/models/script'
import type { Scope } from '#app/teams/scope'

/**
 * Forgets a script. What it did stays in the history, with the text that ran.
 *
 * @throws a refusal for the field `confirm` when the name does not match
 */
@inject()
export default class RemoveScript {
  async handle(scope: Scope, script: Script, { confirmedName }: { confirmedName: string }) {
    if (confirmedName !== script.name) {
      refuse('confirm', `Type the script's name, ${script.name}, to remove it.`)
    }
    await db.transaction(async (trx) => {
      const removed = await Script.within(scope, { client: trx }).where('id', script.id).delete()
      if (Number(removed) !== 1) return
      const details = { revision: script.revision }
      await recordActivity(
        scope.origin,
        { action: 'script.removed', subject: script.asSubject, details },
        trx
      )
    })
  }
}
