import { DateTime } from 'luxon'
import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { Secret } from '#engine/shell/secret'
import { recordActivity } from '#app/activity/record_activity'
import { BASE_ABILITY } from '#app/api_tokens/abilities'
import ApiToken from '#app/api_tokens/models/api_token'
import { hashOfToken, newToken } from '#app/api_tokens/token_text'
import { refuse } from '#app/core/exceptions/refusal'
import Project from '#app/projects/models/project'
import type { Ability } from '#app/teams/roles'
import type { Scope } from '#app/teams/scope'

export interface NewToken {
  name: string
  abilities: readonly Ability[]
  /** The one project it is for, or null. */
  projectId: string | null
  /** How long it is valid, in days; 0 is for ever. */
  lifetimeDays: number
}

/**
 * Makes an API token that can do some of what its maker can.
 *
 * @returns the token's text, which is kept nowhere
 * @throws a refusal for `abilities` or `projectId`
 */
@inject()
export default class CreateToken {
  async handle(scope: Scope, input: NewToken): Promise<{ token: ApiToken; text: Secret }> {
    const lacking = input.abilities.filter((ability) => !scope.can(ability))
    if (lacking.length > 0) {
      refuse('abilities', `Your role does not carry ${lacking.join(', ')}.`)
    }
    const project = await this.#project(scope, input.projectId)
    const text = newToken()
    const token = await db.transaction(async (trx) => {
      const created = await ApiToken.create(
        {
          teamId: scope.teamId,
          userId: scope.userId,
          projectId: project?.id ?? null,
          name: input.name,
          tokenHash: hashOfToken(text.reveal()),
          ending: text.reveal().slice(-4),
          abilities: [BASE_ABILITY, ...input.abilities],
          expiresAt: input.lifetimeDays ? DateTime.utc().plus({ days: input.lifetimeDays }) : null,
          lastUsedAt: null,
          lastUsedAddress: null,
        },
        { client: trx }
      )
      await recordActivity(
        scope.origin,
        {
          action: 'api_token.created',
          subject: { type: 'api_token', id: created.id, name: created.name },
          details: {
            abilities: input.abilities,
            project: project?.name ?? null,
            expiresAt: created.expiresAt?.toISO() ?? null,
          },
        },
        trx
      )
      return created
    })
    return { token, text }
  }

  async #project(scope: Scope, id: string | null): Promise<Project | null> {
    if (!id) return null
    const project = await Project.within(scope).where('id', id).first()
    return project ?? refuse('projectId', 'Choose one of the projects you see.')
  }
}
