import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import type { Colour } from '#app/servers/colours'
import ServerGroup from '#app/servers/models/server_group'
import Tag from '#app/servers/models/tag'
import type { Scope } from '#app/teams/scope'

type Label = Tag | ServerGroup

interface Look {
  name: string
  colour: Colour
}

/**
 * Makes, changes and removes tags and groups. Servers that had one go on without it.
 *
 * @throws a refusal for `name` when the team has another of that name
 */
@inject()
export default class KeepLabel {
  async create(scope: Scope, model: typeof Tag | typeof ServerGroup, look: Look): Promise<void> {
    const label = model === Tag ? new Tag() : new ServerGroup()
    label.merge({ ...look, teamId: scope.teamId })
    await this.#store(scope, label, 'created')
  }

  async change(scope: Scope, label: Label, look: Look): Promise<void> {
    const former = label.name
    label.merge(look)
    if (label.$isDirty) await this.#store(scope, label, 'updated', { from: former })
  }

  async remove(scope: Scope, label: Label): Promise<void> {
    await db.transaction(async (trx) => {
      if (label instanceof ServerGroup) {
        const members = trx.from('servers').where({ team_id: scope.teamId, group_id: label.id })
        await members.update({ group_id: null })
      }
      await label.useTransaction(trx).delete()
      const subject = label.asSubject
      await recordActivity(scope.origin, { action: `${subject.type}.removed`, subject }, trx)
    })
  }

  async #store(scope: Scope, label: Label, verb: string, details: Record<string, unknown> = {}) {
    const storing = db.transaction(async (trx) => {
      await label.useTransaction(trx).save()
      const subject = label.asSubject
      const act = { action: `${subject.type}.${verb}`, subject, details }
      await recordActivity(scope.origin, act, trx)
    })
    await storing.catch((error) => {
      if (!isUniqueViolation(error)) throw error
      refuse('name', 'You have one with this name already.')
    })
  }
}
