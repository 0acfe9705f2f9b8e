import { fingerprint } from '#engine/ssh/host_key'
import { fingerprintsOf } from '#app/servers/host_keys'
import type Server from '#app/servers/models/server'
import { keyFileOf } from '#app/servers/queries/connect_page'
import type { ServerRemotes } from '#app/servers/server_remotes'

/**
 * What a person compares before they pin a server anew: the keys it is pinned to, and the one it
 * offers now, read without any attempt to log in.
 */
export async function hostKeyPage(server: Server, remotes: ServerRemotes) {
  const offered = await remotes
    .readHostKey(server.host, server.port, server.jump ?? null)
    .catch((error: Error) => error)
  const pinned = fingerprintsOf(server.hostKeys)
  if (offered instanceof Error) {
    return { server, pinned, offered: null, silence: offered.message, same: false, keyFile: '' }
  }
  const value = fingerprint(offered)
  return {
    ...{ server, pinned, silence: null },
    offered: { type: offered.type, value },
    same: pinned.some((pin) => pin.value === value),
    keyFile: keyFileOf(offered.type),
  }
}
