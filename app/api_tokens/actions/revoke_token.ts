import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import ApiToken from '#app/api_tokens/models/api_token'
import type { Scope } from '#app/teams/scope'

/**
 * Ends a token. The next request that carries it is refused.
 */
export default class RevokeToken {
  async handle(scope: Scope, token: ApiToken): Promise<void> {
    await db.transaction(async (trx) => {
      await ApiToken.within({ teamId: scope.teamId }, { client: trx })
        .where('id', token.id)
        .delete()
      await recordActivity(
        scope.origin,
        {
          action: 'api_token.revoked',
          subject: { type: 'api_token', id: token.id, name: token.name },
        },
        trx
      )
    })
  }
}
