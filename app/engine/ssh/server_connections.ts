import { type Duplex } from 'node:stream'
import { type CircuitBreaker } from '#engine/ssh/circuit_breaker'
import { Connection } from '#engine/ssh/connection'
import { RemoteError } from '#engine/ssh/errors'
import { forwardOver } from '#engine/ssh/forwarded_stream'
import { HopFailed } from '#engine/ssh/hop_failed'
import { type ConnectionLimits } from '#engine/ssh/limits'
import { type Line } from '#engine/ssh/login'
import { type Logins } from '#engine/ssh/logins'
import { nameOf, openSocket } from '#engine/ssh/socket'
import { type Target } from '#engine/ssh/target'
import { WaitingLine } from '#engine/ssh/waiting_line'

/** Long streams keep their channels for hours; with these there is room for 20 of them. */
const CONNECTIONS = 5

/** What the connections to one server need besides its target. */
export interface ServerConnectionsOptions {
  logins: Logins
  limits: ConnectionLimits
  breaker: CircuitBreaker
  /** The connections to the server in between, for a target with `via`. */
  hop?: () => ServerConnections
}

/** All connections to one server. Connects when someone needs it, and again when one is not enough. */
export class ServerConnections {
  readonly target: Target
  readonly breaker: CircuitBreaker
  readonly #logins: Logins
  readonly #limits: ConnectionLimits
  readonly #hop: (() => ServerConnections) | undefined
  readonly #connections = new Set<Connection>()
  /** Who waits for a channel of their own. */
  readonly #line = new WaitingLine(
    (connection) => connection.free,
    (connection) => connection.reserve()
  )

  /** Who waits for any connection. */
  readonly #guests = new WaitingLine(
    (connection) => connection.usable,
    (connection) => connection.hold()
  )

  /** Those that one user has to itself. */
  readonly #owned = new Set<Connection>()
  #growing = false
  #impatience: NodeJS.Timeout | undefined
  #closedBecause: string | undefined

  constructor(target: Target, options: ServerConnectionsOptions) {
    this.target = target
    this.breaker = options.breaker
    this.#logins = options.logins
    this.#limits = options.limits
    this.#hop = options.hop
  }

  get name(): string {
    return nameOf(this.target.host, this.target.port)
  }

  get gauges(): { connections: number; channels: number; waiting: number } {
    let channels = 0
    const all = [...this.#connections, ...this.#owned]
    for (const connection of all) channels += connection.channels
    return { connections: all.length, channels, waiting: this.#waiting }
  }

  /**
   * A connection with a channel reserved on it.
   *
   * @throws RemoteError when there is none and none can be made; the signal's reason when aborted
   */
  reserve(signal: AbortSignal): Promise<Connection> {
    return this.#enter(this.#line, signal)
  }

  /**
   * A connection that is held until its `release`, however many commands it carries.
   *
   * @throws RemoteError when there is none and none can be made
   */
  hold(): Promise<Connection> {
    return this.#enter(this.#guests)
  }

  /**
   * A stream to a TCP port as the server sees it.
   *
   * @throws RemoteError E_CONNECT or E_TIMEOUT for the port, and as `hold` does
   */
  async forward(host: string, port: number): Promise<Duplex> {
    return forwardOver(await this.hold(), this.name, host, port)
  }

  /**
   * A new connection with a channel reserved on it. It takes no commands and ends with the channel.
   *
   * @throws RemoteError when it cannot be made
   */
  async own(): Promise<Connection> {
    if (this.#closedBecause !== undefined) throw this.#gone(this.#closedBecause)
    if (this.breaker.refusal) throw this.breaker.refusal
    const connection = await this.#connect(() => {
      if (connection.ended) this.#owned.delete(connection)
    })
    connection.reserve()
    connection.retire()
    this.#owned.add(connection)
    if (this.#closedBecause === undefined) return connection
    connection.destroy(this.#closedBecause)
    throw this.#gone(this.#closedBecause)
  }

  /** Takes no more commands; those under way may end. */
  retire(reason: string): void {
    this.#closedBecause = reason
    for (const connection of this.#connections) connection.retire()
    this.#rejectAll(this.#gone(reason))
  }

  /** Ends all connections, with the commands that are under way. */
  destroy(reason: string): void {
    this.retire(reason)
    for (const connection of [...this.#connections, ...this.#owned]) connection.destroy(reason)
  }

  get #waiting(): number {
    return this.#line.length + this.#guests.length
  }

  #enter(line: WaitingLine, signal?: AbortSignal): Promise<Connection> {
    if (this.#closedBecause !== undefined) return Promise.reject(this.#gone(this.#closedBecause))
    if (signal?.aborted) return Promise.reject(signal.reason)
    const ready = line.first(this.#connections)
    if (ready) return Promise.resolve(ready)
    const connection = line.enter(signal)
    this.#serve()
    return connection
  }

  get #usable(): boolean {
    return [...this.#connections].some((connection) => connection.usable)
  }

  #serve(): void {
    for (const connection of this.#connections) {
      if (connection.ended) this.#connections.delete(connection)
      this.#guests.offer(connection)
      this.#line.offer(connection)
    }
    if (this.#waiting === 0 || this.#growing) return
    if (!this.#usable) void this.#grow()
    else if (this.#connections.size < CONNECTIONS) this.#growLater()
  }

  #growLater(): void {
    this.#impatience ??= setTimeout(() => {
      this.#impatience = undefined
      if (this.#line.length > 0 && !this.#growing && this.#connections.size < CONNECTIONS) {
        void this.#grow()
      }
    }, this.#limits.patience)
  }

  async #grow(): Promise<void> {
    const refusal = this.breaker.refusal
    if (refusal) return this.#failed(refusal)
    this.#growing = true
    try {
      const connection = await this.#connect(() => this.#serve())
      this.#connections.add(connection)
      if (this.#closedBecause !== undefined) connection.retire()
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#growing = false
      this.#serve()
    }
  }

  async #open(): Promise<Line> {
    const { host, port } = this.target
    if (this.#closedBecause !== undefined) throw this.#gone(this.#closedBecause)
    if (!this.#hop) return { socket: await openSocket(host, port, this.#limits.connect) }
    const hop = this.#hop()
    const connection = await hop.hold().catch((error: unknown) => {
      throw error instanceof RemoteError ? new HopFailed(host, port, hop.name, error) : error
    })
    const socket = await forwardOver(connection, hop.name, host, port)
    return { socket, carrier: { server: hop.name, connection } }
  }

  async #connect(changed: () => void): Promise<Connection> {
    try {
      const session = await this.#logins.login(this.target, this.#limits, () => this.#open())
      this.breaker.succeeded()
      return new Connection(session, this.#limits, changed)
    } catch (error) {
      if (error instanceof RemoteError && !(error instanceof HopFailed)) this.breaker.failed(error)
      throw error
    }
  }

  #failed(error: unknown): void {
    if (!this.#usable) this.#rejectAll(error)
  }

  #rejectAll(error: unknown): void {
    clearTimeout(this.#impatience)
    this.#impatience = undefined
    this.#line.rejectAll(error)
    this.#guests.rejectAll(error)
  }

  #gone(reason: string): RemoteError {
    return new RemoteError('E_CONNECT', `No connection to ${this.name}: ${reason}.`, 'Try again.')
  }
}
