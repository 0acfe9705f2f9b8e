import { type Duplex } from 'node:stream'
import { type Started } from '#engine/ssh/command_channel'
import { type Connection } from '#engine/ssh/connection'
import { type Deadline } from '#engine/ssh/deadline'
import { RemoteError } from '#engine/ssh/errors'
import { type Outcome } from '#engine/ssh/remote'
import { type ServerConnections } from '#engine/ssh/server_connections'

/** The size of a terminal, in characters. */
export interface TerminalSize {
  columns: number
  rows: number
}

export interface ShellOptions extends TerminalSize {
  /** What the terminal understands, by its name in terminfo(5); `xterm-256color` unless said otherwise. */
  term?: string
  /** Milliseconds until the shell has to be there. */
  timeout?: number
  /** Gives up waiting for the shell. One that is there is ended by `close`. */
  signal?: AbortSignal
}

/** The login shell of a user, on a terminal. */
export interface RemoteShell {
  /**
   * What is typed goes in, what the screen shows comes out. Output that nobody reads makes the
   * programs wait; input that they do not take makes `write` return false.
   */
  readonly stream: Duplex
  /** How the shell ended; known when its last output has been read. Hung up is unknown. */
  readonly ended: Promise<Outcome>
  /** Tells the programs that the terminal has another size (SIGWINCH). */
  resize(size: TerminalSize): void
  /** Hangs up: what runs on the terminal gets SIGHUP. */
  close(): void
}

/** A shell over a connection that carries nothing else. */
export class SshShell implements RemoteShell {
  readonly stream: Duplex
  readonly ended: Promise<Outcome>
  readonly #channel: Started['channel']
  readonly #connection: Connection
  readonly #hungUp = Promise.withResolvers<Outcome>()

  constructor(started: Started, connection: Connection) {
    const { channel } = started
    this.stream = channel
    this.#channel = channel
    this.#connection = connection
    channel.stderr.resume()
    const closed = Promise.withResolvers<Outcome>()
    channel.once('close', () => {
      closed.resolve(started.outcome ?? { kind: 'unknown', reason: connection.loss })
    })
    this.ended = Promise.race([closed.promise, this.#hungUp.promise])
  }

  resize({ columns, rows }: TerminalSize): void {
    this.#channel.setWindow(rows, columns, 0, 0)
  }

  close(): void {
    this.#hungUp.resolve({ kind: 'unknown', reason: 'it was hung up' })
    // A channel that is closed can keep root's processes; a connection that ends hangs up on them.
    this.#connection.destroy('it was hung up')
    this.#channel.resume()
  }
}

/**
 * Opens a shell over a connection of its own, so that its output never stands in the way of commands.
 *
 * @throws RemoteError; the reason of the deadline's signal when that ends first
 */
export async function openShell(
  connections: ServerConnections,
  { columns, rows, term = 'xterm-256color' }: ShellOptions,
  deadline: Deadline
): Promise<SshShell> {
  const opening = connect(connections, { columns, rows, term })
  try {
    return await Promise.race([opening, rejectionOf(deadline.signal)])
  } catch (error) {
    opening.then((shell) => shell.close()).catch(() => {})
    throw error
  }
}

async function connect(
  connections: ServerConnections,
  options: Required<Pick<ShellOptions, 'columns' | 'rows' | 'term'>>
): Promise<SshShell> {
  const connection = await connections.own()
  try {
    return new SshShell(await connection.shell(options), connection)
  } catch (error) {
    connection.destroy('no shell was opened')
    throw notOpened(connections.name, error as Error)
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => {})
  const abort = () => reject(signal.reason)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return promise
}

function notOpened(server: string, error: Error): RemoteError {
  const withoutTerminal = error.message.includes('pseudo-terminal')
  return new RemoteError(
    'E_CONNECT',
    withoutTerminal
      ? `${server} gives no terminal to this user.`
      : `No shell was opened on ${server}: ${error.message}.`,
    withoutTerminal
      ? 'Set PermitTTY yes in sshd_config on the server, and look for no-pty in the authorized_keys file.'
      : 'Look at MaxSessions in sshd_config on the server, and at journalctl -u ssh.',
    { cause: error }
  )
}
