import { serverLoginLabels, sharedPairs } from '#app/servers/logins'
import Server from '#app/servers/models/server'
import { labelsOf } from '#app/servers/queries/labels_page'
import { pasteLineOf } from '#app/servers/queries/connect_page'
import type { Scope } from '#app/teams/scope'

/**
 * What the forms of a server offer: groups, tags, and the servers it can be reached through.
 */
export async function serverChoices(scope: Scope, server: Server | null = null) {
  const { tags, groups } = await labelsOf(scope)
  const jumps = await Server.within(scope)
    .whereNull('offered_host_key')
    .whereNull('jump_server_id')
    .whereNot('id', server?.id ?? '')
    .select('id', 'name', 'host')
    .orderBy('name')
    .pojo<{ id: string; name: string; host: string }>()
  const pairs = await sharedPairs(scope).select('id', 'name', 'type').orderBy('name')
  return {
    pairs: pairs.map(({ id, name, type }) => ({ value: id, label: `${name} (${type})` })),
    groups: groups.map(({ id, name }) => ({ value: id, label: name })),
    tags: tags.map(({ id, name }) => ({ value: id, label: name })),
    jumps: jumps.map(({ id, name, host }) => ({ value: id, label: `${name} (${host})` })),
  }
}

/** The page where a server is named and ordered. */
export async function editPage(scope: Scope, server: Server) {
  await server.load('tags')
  return {
    server,
    carried: server.tags.map(({ id }) => id),
    ...(await serverChoices(scope, server)),
  }
}

/** The page that says where a server is. */
export async function addressPage(scope: Scope, server: Server) {
  return { server, ...(await serverChoices(scope, server)) }
}

/** The page of the key pair that a server is logged in with, and of the one to come. */
export function keyPage(server: Server) {
  const { nextPublicKey, nextLogin } = server
  return {
    server,
    from: serverLoginLabels[server.login],
    next: nextPublicKey && nextLogin ? nextKey(nextPublicKey, serverLoginLabels[nextLogin]) : null,
  }
}

function nextKey(publicKey: string, from: string) {
  return { publicKey, from, pasteLine: pasteLineOf(publicKey) }
}
