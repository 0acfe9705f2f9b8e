import { type Duplex } from 'node:stream'
import { type Client, type ClientChannel } from 'ssh2'
import { ChannelBudget } from '#engine/ssh/channel_budget'
import {
  ChannelNotOpened,
  type Started,
  startCommand,
  startedIn,
} from '#engine/ssh/command_channel'
import { forwardedStream } from '#engine/ssh/forwarded_stream'
import { type ConnectionLimits } from '#engine/ssh/limits'
import { type Session } from '#engine/ssh/login'
import { type TerminalSize } from '#engine/ssh/remote_shell'

/** A server's connection that a connection to another server runs through. */
export interface Carrier {
  /** The server's name, for messages. */
  server: string
  connection: Connection
}

/**
 * One logged in ssh2 client with its channels. A connection to another server may run through it:
 * such a rider keeps it open, takes no more commands when this one takes none, and ends with it.
 */
export class Connection {
  readonly #client: Client
  readonly #socket: Session['socket']
  readonly #carrier: Carrier | undefined
  readonly #riders = new Set<Connection>()
  readonly #limits: ConnectionLimits
  readonly #changed: () => void
  #timer: NodeJS.Timeout | undefined
  #resident: ClientChannel | undefined
  readonly #budget = new ChannelBudget()
  #crowded = false
  #holds = 0
  #retired = false
  #ended = false
  #loss = 'the connection was lost'

  /** Whether its login shell is one for the direct line of a frame; not before that is known. */
  posix = false

  /**
   * @param changed called when a channel became free and when the connection has ended
   */
  constructor(session: Session, limits: ConnectionLimits, changed: () => void) {
    this.#client = session.client
    this.#socket = session.socket
    this.#carrier = session.carrier
    this.#limits = limits
    this.#changed = changed
    this.#client.on('error', (error) => (this.#loss = `the connection was lost: ${error.message}`))
    this.#client.once('close', () => this.#end())
    this.#ride()
    this.#rest()
  }

  /** Commands, forwarded streams and questions under way; a resident shell that waits is none. */
  get channels(): number {
    return this.#budget.taken + this.#holds
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Whether it takes commands, now or when a channel becomes free. */
  get usable(): boolean {
    return !this.#ended && !this.#retired
  }

  /** Whether another command may be sent over it now. */
  get free(): boolean {
    return this.usable && this.#budget.free
  }

  /** Why the connection ended, in words. */
  get loss(): string {
    const carrier = this.#carrier
    if (carrier?.connection.ended !== true) return this.#loss
    return `via ${carrier.server}: ${carrier.connection.loss}`
  }

  /** Keeps a channel free for `exec`, which has to follow, or `giveUp`. */
  reserve(): void {
    this.#budget.take()
  }

  giveUp(): void {
    this.#budget.give()
    this.#rest()
    this.#changed()
  }

  /**
   * Starts a command line in a reserved channel.
   *
   * @throws ChannelNotOpened with the reservation given up
   */
  async exec(line: string): Promise<Started> {
    try {
      const started = await startCommand(this.#client, line)
      this.#budget.opened()
      started.channel.once('close', () => this.giveUp())
      return started
    } catch (error) {
      const reason = this.#notStarted(error as ChannelNotOpened)
      this.giveUp()
      throw reason
    }
  }

  /** Whether the server had no room for the resident shell beside commands. */
  get crowded(): boolean {
    return this.#crowded
  }

  /**
   * Starts the shell that stays, in a channel beside those for commands: it keeps none of them
   * busy and does not keep the connection open. Where the server has no room for both, it goes.
   *
   * @throws ChannelNotOpened
   */
  async startResident(line: string): Promise<Started> {
    const started = await startCommand(this.#client, line)
    this.#resident = started.channel
    started.channel.once('close', () => {
      if (this.#resident === started.channel) this.#resident = undefined
    })
    return started
  }

  /** Keeps the connection open until `release`. */
  hold(): void {
    this.#holds++
  }

  release(): void {
    this.#holds--
    this.#rest()
  }

  /**
   * Starts the login shell on a terminal in a reserved channel.
   *
   * @throws Error as ssh2 gives it, with the reservation given up
   */
  shell({ columns, rows, term }: TerminalSize & { term: string }): Promise<Started> {
    const { promise, resolve, reject } = Promise.withResolvers<Started>()
    const opened = (error: Error | undefined, channel: ClientChannel) => {
      if (error) {
        this.giveUp()
        return reject(error)
      }
      channel.once('close', () => this.giveUp())
      resolve(startedIn(channel))
    }
    try {
      this.#client.shell({ cols: columns, rows, term, width: 0, height: 0 }, opened)
    } catch (error) {
      opened(error as Error, undefined as never)
    }
    return promise
  }

  /**
   * Opens a stream to a TCP port as the server sees it. The connection is held until it closes.
   *
   * @throws Error as ssh2 gives it; `forwardOver` makes one for people
   */
  forward(host: string, port: number): Promise<Duplex> {
    this.hold()
    return forwardedStream(this.#client, [host, port], this.#limits.connect, () => this.release())
  }

  /** Takes no more commands, and ends when the last channel has closed. */
  retire(): void {
    this.#retired = true
    for (const rider of this.#riders) rider.retire()
    this.#rest()
  }

  /** Ends the connection with all its channels. */
  destroy(reason: string): void {
    if (!this.#ended) this.#loss = reason
    this.#client.destroy()
    this.#socket.destroy()
  }

  #notStarted(error: ChannelNotOpened): ChannelNotOpened {
    if (error.started === 'never') {
      if (this.#resident && error.byServer) this.#makeRoom(this.#resident)
      else this.#budget.refused()
      if (!error.byServer || this.#budget.exhausted) this.retire()
    }
    if (error.started === 'refused' || !this.#ended) return error
    return new ChannelNotOpened(this.loss, error.started, error)
  }

  #makeRoom(resident: ClientChannel): void {
    this.#crowded = true
    this.#resident = undefined
    resident.close()
  }

  /** Starts to count the idle time anew; the timer stays the same, for this happens at each command. */
  #rest(): void {
    if (this.channels > 0 || this.#ended) return
    if (this.#retired) return this.destroy('the connection was closed')
    if (this.#timer) this.#timer.refresh()
    else this.#timer = setTimeout(() => this.#idled(), this.#limits.idle).unref()
  }

  #idled(): void {
    if (this.channels === 0) this.destroy('the connection was idle')
  }

  #end(): void {
    this.#ended = true
    clearTimeout(this.#timer)
    if (this.#carrier) this.#carrier.connection.#riders.delete(this)
    this.#changed()
  }

  #ride(): void {
    if (!this.#carrier) return
    const { connection } = this.#carrier
    connection.#riders.add(this)
    this.#retired = !connection.usable
  }
}
