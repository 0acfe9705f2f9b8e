import { type Duplex } from 'node:stream'
import { type Client, type ClientChannel } from 'ssh2'
import { type Connection } from '#engine/ssh/connection'
import { RemoteError } from '#engine/ssh/errors'

/** A forwarded stream that was neither opened nor refused in time. */
class NotAnswered extends Error {}

/**
 * Opens a stream to a TCP port as the server sees it.
 *
 * @param timeout milliseconds
 * @param ended called once, when the stream has closed or was refused; later than the promise
 * rejects when the server takes its time
 * @throws Error as ssh2 gives it, with the reason code of RFC 4254 5.1 as `reason`
 */
export function forwardedStream(
  client: Client,
  [host, port]: readonly [string, number],
  timeout: number,
  ended: () => void
): Promise<ClientChannel> {
  const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>()
  let late = false
  const timer = setTimeout(() => {
    late = true
    reject(new NotAnswered(`no answer within ${timeout / 1000} s`))
  }, timeout)
  const opened = (error: Error | undefined, channel?: ClientChannel) => {
    clearTimeout(timer)
    if (!channel) {
      ended()
      return reject(error)
    }
    channel.on('error', () => {}).once('close', ended)
    if (late) channel.resume().destroy()
    else resolve(channel)
  }
  try {
    client.forwardOut('127.0.0.1', 0, host, port, opened)
  } catch (error) {
    opened(error as Error)
  }
  return promise
}

/**
 * Opens a stream over a connection that is held for this, and is let go of.
 *
 * @param server the server's name, for messages
 * @throws RemoteError E_CONNECT or E_TIMEOUT
 */
export async function forwardOver(
  connection: Connection,
  server: string,
  host: string,
  port: number
): Promise<Duplex> {
  try {
    return await connection.forward(host, port)
  } catch (error) {
    throw notForwarded(server, [host, port], error as Error)
  } finally {
    connection.release()
  }
}

function notForwarded(
  server: string,
  [host, port]: readonly [string, number],
  error: Error & { reason?: unknown }
): RemoteError {
  const what = `${server} cannot connect to ${host}:${port}`
  const cause = { cause: error }
  if (error instanceof NotAnswered) {
    return new RemoteError(
      'E_TIMEOUT',
      `${what}: ${error.message}.`,
      'Check that the service is up, and that no firewall between the two drops the connection.',
      cause
    )
  }
  // RFC 4254 5.1: 1 is SSH_OPEN_ADMINISTRATIVELY_PROHIBITED.
  if (error.reason === 1) {
    return new RemoteError(
      'E_CONNECT',
      `${what}: sshd does not allow it.`,
      `Set AllowTcpForwarding yes in sshd_config on ${server}, and let PermitOpen name the address.`,
      cause
    )
  }
  return new RemoteError(
    'E_CONNECT',
    `${what}: ${error.message.replace(/^.*Channel open failure: /, '')}.`,
    'Check that the service runs on the server and listens on this address and port.',
    cause
  )
}
