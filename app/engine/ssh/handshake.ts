import { type Duplex } from 'node:stream'
import ssh2, { type Client, type ConnectConfig } from 'ssh2'
import { handshakeError } from '#engine/ssh/handshake_error'

const GREETING_BYTES = 1024

/** A server that says nothing for so many milliseconds is busy with itself, not with the handshake. */
const SILENCE = 1000

export interface HandshakeOptions {
  /** The server's name, for messages. */
  server: string
  /** Milliseconds. */
  timeout: number
  /** Who logs in with what, for messages. */
  credential?: string
  /** `handshake`: after the key exchange, before anything is authenticated. */
  until: 'handshake' | 'ready'
  /** Called when the server has said nothing for a second; it may go on later. */
  silent?: () => void
}

/**
 * The only place that makes ssh2 clients. The listener for errors stays on the client for good:
 * ssh2 may report one long after the connection has ended, and an unheard one ends the process.
 *
 * @throws RemoteError with everything closed
 */
export function handshake(
  socket: Duplex,
  config: ConnectConfig & Required<Pick<ConnectConfig, 'hostVerifier' | 'algorithms'>>,
  options: HandshakeOptions
): Promise<Client> {
  const { promise, resolve, reject } = Promise.withResolvers<Client>()
  const client = new ssh2.Client()
  let greeting = ''
  const patience = setTimeout(() => options.silent?.(), SILENCE)
  const fail = (error?: Error & { level?: string }) => {
    reject(handshakeError({ ...options, error, greeting }))
    socket.destroy()
  }
  client.on('error', fail)
  client.once('close', () => fail())
  void promise.catch(() => {}).finally(() => clearTimeout(patience))
  if (options.until === 'ready') client.once('ready', () => resolve(client))
  else {
    client.once('handshake', () => {
      resolve(client)
      socket.destroy()
    })
  }
  try {
    client.connect({ ...config, sock: socket, readyTimeout: options.timeout })
  } catch (error) {
    socket.destroy()
    reject(error)
    return promise
  }
  socket.on('data', () => patience.refresh())
  const listen = (chunk: Buffer) => {
    greeting += chunk.toString('latin1', 0, GREETING_BYTES)
    if (/^SSH-/m.test(greeting) || greeting.length >= GREETING_BYTES) socket.off('data', listen)
  }
  socket.on('data', listen)
  return promise
}
