import { type Duplex } from 'node:stream'
import { type Client, type ClientChannel } from 'ssh2'
import { ChannelNotOpened, type Started, startedIn } from '#engine/ssh/command_channel'
import { type ConnectionLimits } from '#engine/ssh/limits'
import { type Session } from '#engine/ssh/login'
import { type TerminalSize } from '#engine/ssh/remote_shell'

/** sshd frees a session only some time after its channel has closed: 4 stays clear of MaxSessions 10. */
const CHANNELS = 4

/** A connection on which so many channels in a row were refused is not used any more. */
const REFUSALS = 5

/** One logged in ssh2 client with its channels. */
export class Connection {
  readonly #client: Client
  readonly #socket: Session['socket']
  readonly #idle: number
  readonly #changed: () => void
  #timer: NodeJS.Timeout | undefined
  /** Less when the server has refused a channel. */
  #capacity = CHANNELS
  #refusals = 0
  #sessions = 0
  #forwards = 0
  #retired = false
  #ended = false
  #loss = 'the connection was lost'

  /**
   * @param changed called when a channel became free and when the connection has ended
   */
  constructor(session: Session, limits: ConnectionLimits, changed: () => void) {
    this.#client = session.client
    this.#socket = session.socket
    this.#idle = limits.idle
    this.#changed = changed
    this.#client.on('error', (error) => (this.#loss = `the connection was lost: ${error.message}`))
    this.#client.once('close', () => this.#end())
    this.#rest()
  }

  get channels(): number {
    return this.#sessions + this.#forwards
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
    return this.usable && this.#sessions < this.#capacity
  }

  /** Why the connection ended, in words. */
  get loss(): string {
    return this.#loss
  }

  /** Keeps a channel free for `exec`, which has to follow, or `giveUp`. */
  reserve(): void {
    this.#sessions++
    this.#rest()
  }

  giveUp(): void {
    this.#sessions--
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
      return await this.#open(line)
    } catch (error) {
      this.giveUp()
      throw error
    }
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

  /** @throws Error as ssh2 gives it, with the reason code of RFC 4254 5.1 as `reason` */
  forward(host: string, port: number): Promise<Duplex> {
    const { promise, resolve, reject } = Promise.withResolvers<Duplex>()
    this.#forwards++
    this.#rest()
    const closed = () => {
      this.#forwards--
      this.#rest()
    }
    const opened = (error: Error | undefined, channel: ClientChannel) => {
      if (error) {
        closed()
        return reject(error)
      }
      channel.once('close', closed)
      resolve(channel)
    }
    try {
      this.#client.forwardOut('127.0.0.1', 0, host, port, opened)
    } catch (error) {
      opened(error as Error, undefined as never)
    }
    return promise
  }

  /** Takes no more commands, and ends when the last channel has closed. */
  retire(): void {
    this.#retired = true
    this.#rest()
  }

  /** Ends the connection with all its channels. */
  destroy(reason: string): void {
    if (!this.#ended) this.#loss = reason
    this.#client.destroy()
    this.#socket.destroy()
  }

  #open(line: string): Promise<Started> {
    const { promise, resolve, reject } = Promise.withResolvers<Started>()
    let sent = false
    const options = {
      // ssh2 reads this when the server has confirmed the channel, just before it sends the command.
      get env(): undefined {
        sent = true
        return undefined
      },
    }
    try {
      this.#client.exec(line, options, (error, channel) => {
        if (error) return reject(this.#notOpened(error, sent))
        this.#refusals = 0
        channel.once('close', () => this.giveUp())
        resolve(startedIn(channel))
      })
    } catch (error) {
      reject(this.#notOpened(error as Error, false))
    }
    return promise
  }

  #notOpened(error: Error & { reason?: unknown }, sent: boolean): ChannelNotOpened {
    if (error.message.includes('Unable to exec')) {
      return new ChannelNotOpened('the server refuses to run commands', 'refused', error)
    }
    const message = this.#ended ? this.#loss : error.message
    if (sent) return new ChannelNotOpened(message, 'unknown', error)
    this.#refusals++
    this.#capacity = Math.max(1, this.#sessions - 1)
    if (error.reason === undefined || this.#refusals >= REFUSALS) this.retire()
    return new ChannelNotOpened(message, 'never', error)
  }

  #rest(): void {
    clearTimeout(this.#timer)
    if (this.channels > 0 || this.#ended) return
    if (this.#retired) return this.destroy('the connection was closed')
    this.#timer = setTimeout(() => this.destroy('the connection was idle'), this.#idle)
    this.#timer.unref()
  }

  #end(): void {
    this.#ended = true
    clearTimeout(this.#timer)
    this.#changed()
  }
}
