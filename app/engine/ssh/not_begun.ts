import { RemoteError } from '#engine/ssh/errors'
import { type ChannelResult } from '#engine/ssh/channel_run'
import { missingRight, SudoRefused } from '#engine/ssh/sudo_refused'

const MAXIMUM_QUOTE = 500

/** Where, as whom and how a command was to run. */
export interface Attempt {
  server: string
  username: string
  sudo: boolean
  /** The word its output begins with. */
  begin: string
}

/**
 * The error for a command whose shell never came to run it: sudo does not let it, or the login
 * shell does not run commands.
 */
export function notBegun(attempt: Attempt, result: ChannelResult): RemoteError {
  const { server, username, sudo, begin } = attempt
  const missing = sudo ? missingRight(result.stderr) : undefined
  if (missing) {
    const quoted = missing === 'setuid' || missing === 'unknown'
    const detail = quoted ? withoutCommand(result.stderr, begin) : undefined
    return new SudoRefused({ server, username, missing, detail })
  }
  const said =
    withoutCommand(result.stderr, begin) ||
    withoutCommand(result.noise, begin) ||
    withoutCommand(result.stdout, begin)
  return new RemoteError(
    'E_AUTH',
    `User ${username} logged in to ${server}, but the login shell did not run the command${said ? `: ${said}` : '.'}`,
    `Give the user a shell (chsh -s /bin/sh ${username}), and remove ForceCommand and command= restrictions for Muster's key.`
  )
}

/**
 * What the server said, up to where it repeats the command: that may hold secrets, in whatever
 * form the server quotes it.
 */
function withoutCommand(text: string, begin: string): string {
  const repeated = text.indexOf(begin)
  const own = repeated < 0 ? text : text.slice(0, text.lastIndexOf('\n', repeated) + 1)
  return own.trim().slice(0, MAXIMUM_QUOTE)
}
