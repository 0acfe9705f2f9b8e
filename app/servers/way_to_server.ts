import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { refuse } from '#app/core/exceptions/refusal'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/**
 * The server through which another is reached, as a form names it; null for none. There is one hop
 * at most, so it is reached directly itself, and nothing is reached through what it leads to.
 *
 * @param id as it was sent
 * @param serverId the server that is to be reached through it, unless that is a new one
 * @throws a refusal for `jumpServerId`
 */
export async function findJump(
  scope: Scope,
  id: string | null | undefined,
  serverId: string | null,
  trx?: TransactionClientContract
): Promise<Server | null> {
  if (!id) return null
  const jump = await Server.within(scope, { client: trx }).where('id', id).first()
  if (!jump || jump.id === serverId) refuse('jumpServerId', 'Choose one of your other servers.')
  if (!jump.isPinned) {
    refuse('jumpServerId', `Connect ${jump.name} first, then servers can be reached through it.`)
  }
  if (jump.jumpServerId) {
    refuse(
      'jumpServerId',
      `${jump.name} is reached through another server itself. One hop is the most.`
    )
  }
  if (serverId) {
    const behind = await serversBehind(scope.teamId, serverId, trx)
    if (behind.length > 0) {
      refuse('jumpServerId', `Others are reached through this server: ${behind.join(', ')}.`)
    }
  }
  return jump
}

/** The names of the servers that are reached through this one. */
export async function serversBehind(
  teamId: string,
  serverId: string,
  trx?: TransactionClientContract
): Promise<string[]> {
  const servers = await Server.within({ teamId }, { client: trx })
    .where('jump_server_id', serverId)
    .select('id', 'name')
    .orderBy('name')
  return servers.map(({ name }) => name)
}
