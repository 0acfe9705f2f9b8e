import { RemoteError } from '#engine/ssh/errors'

/** What is known of a handshake that failed. */
export interface HandshakeFailure {
  /** The server's name, for the message. */
  server: string
  /** What ssh2 reported; nothing when the server just closed the connection. */
  error: (Error & { level?: string }) | undefined
  /** The beginning of what the server sent in clear. */
  greeting: string
  /** The time limit, in milliseconds. */
  timeout: number
  /** Who logged in with what, for example `the key of user root`; missing when nobody did. */
  credential?: string
}

/** The server turned the connection away because too many others were logging in; worth another try soon. */
export class ServerBusy extends RemoteError {}

/** Makes the error for people of what ssh2 reports before a connection is ready. */
export function handshakeError(failure: HandshakeFailure): RemoteError {
  const { server, error, greeting, timeout } = failure
  const cause = { cause: error }
  const message = error?.message ?? ''
  if (error?.level === 'client-authentication') {
    return new RemoteError(
      'E_AUTH',
      `${server} refused ${failure.credential ?? 'the login'}.`,
      'Check the user name, that its authorized_keys file holds the public key of Muster (or that the password is right), ' +
        'and what sshd_config says of PermitRootLogin, AllowUsers and PasswordAuthentication.',
      cause
    )
  }
  if (error?.level === 'client-timeout') {
    return new RemoteError(
      'E_TIMEOUT',
      `Handshake timeout: ${server} accepted the connection but did not complete the login within ${timeout / 1000} s.`,
      'sshd is overloaded, stopped or waits for a name server: look at the load of the server and at journalctl -u ssh.',
      cause
    )
  }
  if (message.includes('no matching key exchange')) {
    return new RemoteError(
      'E_CONNECT',
      `${server} only allows key exchange methods that Muster does not have, most likely post-quantum ones alone.`,
      'Add curve25519-sha256 to KexAlgorithms in sshd_config on the server.',
      cause
    )
  }
  if (message.includes('no matching')) {
    return new RemoteError(
      'E_CONNECT',
      `${server} and Muster have no algorithm in common (${message.replace(/^Handshake failed: /, '')}).`,
      'Let the server use current defaults: remove Ciphers, MACs and HostKeyAlgorithms from its sshd_config.',
      cause
    )
  }
  if (!/^SSH-/m.test(greeting)) return withoutSsh(server, greeting, cause)
  return new RemoteError(
    'E_CONNECT',
    `${server} closed the connection during the login${message ? ` (${message})` : ''}.`,
    'Look at the log of sshd on the server: journalctl -u ssh.',
    cause
  )
}

function withoutSsh(server: string, greeting: string, cause: ErrorOptions): RemoteError {
  if (greeting.includes('Not allowed at this time')) {
    return new RemoteError(
      'E_CONNECT',
      `${server} refuses connections from this address for now, after failed logins (PerSourcePenalties).`,
      'Wait some minutes, correct the credentials, then connect again; sshd_config PerSourcePenaltyExemptList can exempt Muster.',
      cause
    )
  }
  if (greeting.trim() === '' || greeting.includes('Exceeded MaxStartups')) {
    return new ServerBusy(
      'E_CONNECT',
      `${server} closed the connection before the handshake.`,
      'sshd refuses more logins at once (MaxStartups), penalises this address after failed logins, or a firewall interferes.',
      cause
    )
  }
  return new RemoteError(
    'E_CONNECT',
    `What answers at ${server} is not an SSH server.`,
    'Check the port: it is the one that sshd listens on, usually 22.',
    cause
  )
}
