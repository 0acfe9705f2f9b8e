import { sh } from '#engine/shell/command'
import type { Secret } from '#engine/shell/secret'
import { RemoteError } from '#engine/ssh/errors'
import type Server from '#app/servers/models/server'
import type { ServerRemotes } from '#app/servers/server_remotes'

export type LoginAttempt = { kind: 'in' } | { kind: 'refused' | 'unreachable'; message: string }

/** After which another attempt may go otherwise, because nobody was asked. */
const UNREACHABLE: readonly string[] = ['E_CONNECT', 'E_TIMEOUT', 'E_ABORTED']

/**
 * Logs in with a key on a connection of its own, against the pinned host keys, and becomes root:
 * what Muster has to be able to do with it.
 */
export async function tryLogin(
  remotes: ServerRemotes,
  server: Server,
  privateKey: Secret
): Promise<LoginAttempt> {
  try {
    await remotes.withKey(server, privateKey, (remote) =>
      remote.mustRun(sh`test "$(id -u)" = 0`, { timeout: 20_000 })
    )
    return { kind: 'in' }
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error
    const message = [error.message, error.hint].filter(Boolean).join(' ')
    return { kind: UNREACHABLE.includes(error.code) ? 'unreachable' : 'refused', message }
  }
}
