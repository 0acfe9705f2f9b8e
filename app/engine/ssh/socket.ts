import net from 'node:net'
import { RemoteError } from '#engine/ssh/errors'
import { ReadBuffer } from '#engine/ssh/read_buffer'

/** With several addresses, each gets this long before the next is tried beside it. */
const ADDRESS_ATTEMPT = 2_000

/**
 * Opens a TCP connection that sends every packet at once: with Nagle's algorithm on, each would
 * wait some 40 ms for the acknowledgement of the one before. ssh2 writes a packet in several
 * pieces; they leave together.
 *
 * @param timeout milliseconds
 * @throws RemoteError E_CONNECT for what DNS or the network said, E_TIMEOUT when nothing answered.
 */
export function openSocket(host: string, port: number, timeout: number): Promise<net.Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<net.Socket>()
  const buffer = new ReadBuffer()
  const socket = net.connect({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT,
    onread: buffer.options,
  })
  buffer.serve(socket)
  const name = nameOf(host, port)
  const timer = setTimeout(() => socket.destroy(silent(name, timeout)), timeout)
  const failed = (error: Error) => {
    clearTimeout(timer)
    reject(error instanceof RemoteError ? error : unreachable(name, error))
  }
  socket.once('error', failed)
  socket.once('connect', () => {
    clearTimeout(timer)
    socket.on('error', () => {})
    socket.removeListener('error', failed)
    resolve(gathering(socket))
  })
  return promise
}

/** Sends what is written within one turn of the event loop by one call of the system. */
function gathering(socket: net.Socket): net.Socket {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean
  let corked = false
  const uncork = () => {
    corked = false
    socket.uncork()
  }
  socket.write = (...args: unknown[]) => {
    if (!corked) {
      corked = true
      socket.cork()
      process.nextTick(uncork)
    }
    return write(...args)
  }
  return socket
}

/** How a server is called in messages. */
export function nameOf(host: string, port: number): string {
  if (port === 22) return host
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function silent(name: string, timeout: number): RemoteError {
  return new RemoteError(
    'E_TIMEOUT',
    `${name} did not answer within ${timeout / 1000} s.`,
    'Check that the server is up, that the address and port are right, and that no firewall drops the connection.'
  )
}

function unreachable(name: string, error: Error): RemoteError {
  const [reason, hint] = explain((error as NodeJS.ErrnoException).code, error)
  return new RemoteError('E_CONNECT', `Cannot connect to ${name}: ${reason}.`, hint, {
    cause: error,
  })
}

function explain(code: string | undefined, error: Error): [reason: string, hint: string] {
  switch (code) {
    case 'ECONNREFUSED':
      return [
        'connection refused',
        'Nothing listens on this port: check the port, and that sshd runs (systemctl status ssh).',
      ]
    case 'ENOTFOUND':
      return [
        'the name is not known to DNS',
        'Check the spelling of the host name, or use its address.',
      ]
    case 'EAI_AGAIN':
      return ['DNS did not answer', 'Check the name servers of the machine that Muster runs on.']
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return [
        'no route to the host',
        'Check that the server is up and its network can be reached from here.',
      ]
    case 'ETIMEDOUT':
      return [
        'it did not answer',
        'Check that the server is up and that no firewall drops the connection.',
      ]
    default:
      return [
        error.message || code || 'unknown error',
        'Check the address, the port and the network.',
      ]
  }
}
