import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { refuse } from '#app/core/exceptions/refusal'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/**
 * The connected servers that someone may choose from, by name.
 */
export function connectedServers(scope: Scope, trx?: TransactionClientContract) {
  return Server.within(scope, trx && { client: trx })
    .whereNull('offered_host_key')
    .orderBy('name')
}

/**
 * The servers that a form names.
 *
 * @throws a refusal for `servers` when one of them is not there to choose
 */
export async function chosenServers(
  scope: Scope,
  ids: readonly string[],
  trx: TransactionClientContract
): Promise<Server[]> {
  const wanted = [...new Set(ids)]
  const servers = await connectedServers(scope, trx).whereIn('id', wanted)
  if (servers.length !== wanted.length) refuse('servers', 'Choose among the servers of the list.')
  return servers
}
