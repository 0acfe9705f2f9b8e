import { RemoteError } from '#engine/ssh/errors'
import { type ChannelResult } from '#engine/ssh/channel_run'

/** Where and as whom a command was to run. */
export interface Attempt {
  server: string
  username: string
  sudo: boolean
}

/**
 * The error for a command whose shell never came to run it: sudo wants a password or is missing,
 * or the login shell does not run commands.
 */
export function notBegun(attempt: Attempt, result: ChannelResult): RemoteError {
  const { server, username } = attempt
  const said = (result.stderr.trim() || result.noise.trim() || result.stdout.trim()).slice(0, 500)
  if (attempt.sudo && /sudo/.test(result.stderr)) {
    return new RemoteError(
      'E_SUDO',
      `User ${username} on ${server} may not become root without a password: ${said}`,
      `Install sudo if it is missing, and add this line with visudo -f /etc/sudoers.d/muster: ${username} ALL=(ALL:ALL) NOPASSWD: ALL`
    )
  }
  return new RemoteError(
    'E_AUTH',
    `User ${username} logged in to ${server}, but the login shell did not run the command${said ? `: ${said}` : '.'}`,
    `Give the user a shell (chsh -s /bin/sh ${username}), and remove ForceCommand and command= restrictions for Muster's key.`
  )
}
