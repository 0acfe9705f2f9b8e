import { type CircuitBreaker } from '#engine/ssh/circuit_breaker'
import { Connection } from '#engine/ssh/connection'
import { RemoteError } from '#engine/ssh/errors'
import { type ConnectionLimits } from '#engine/ssh/limits'
import { type Logins } from '#engine/ssh/logins'
import { nameOf } from '#engine/ssh/socket'
import { type Target } from '#engine/ssh/target'

/** Long streams keep their channels for hours; with these there is room for 20 of them. */
const CONNECTIONS = 5

interface Waiter {
  resolve(connection: Connection): void
  reject(error: unknown): void
}

/** All connections to one server. Connects when someone needs it, and again when one is not enough. */
export class ServerConnections {
  readonly target: Target
  readonly breaker: CircuitBreaker
  readonly #logins: Logins
  readonly #limits: ConnectionLimits
  readonly #connections = new Set<Connection>()
  /** Those that one user has to itself. */
  readonly #owned = new Set<Connection>()
  readonly #line: Waiter[] = []
  #growing = false
  #impatience: NodeJS.Timeout | undefined
  #closedBecause: string | undefined

  constructor(target: Target, logins: Logins, limits: ConnectionLimits, breaker: CircuitBreaker) {
    this.target = target
    this.breaker = breaker
    this.#logins = logins
    this.#limits = limits
  }

  get name(): string {
    return nameOf(this.target.host, this.target.port)
  }

  get gauges(): { connections: number; channels: number; waiting: number } {
    let channels = 0
    const all = [...this.#connections, ...this.#owned]
    for (const connection of all) channels += connection.channels
    return { connections: all.length, channels, waiting: this.#line.length }
  }

  /**
   * A connection with a channel reserved on it.
   *
   * @throws RemoteError when there is none and none can be made; the signal's reason when aborted
   */
  reserve(signal: AbortSignal): Promise<Connection> {
    if (this.#closedBecause !== undefined) return Promise.reject(this.#gone(this.#closedBecause))
    if (signal.aborted) return Promise.reject(signal.reason)
    const { promise, resolve, reject } = Promise.withResolvers<Connection>()
    const abort = () => {
      const index = this.#line.indexOf(waiter)
      if (index >= 0) this.#line.splice(index, 1)
      reject(signal.reason)
    }
    const done = () => signal.removeEventListener('abort', abort)
    const waiter: Waiter = {
      resolve: (connection) => (done(), resolve(connection)),
      reject: (error) => (done(), reject(error)),
    }
    signal.addEventListener('abort', abort, { once: true })
    this.#line.push(waiter)
    this.#serve()
    return promise
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

  get #usable(): boolean {
    return [...this.#connections].some((connection) => connection.usable)
  }

  #serve(): void {
    for (const connection of this.#connections) {
      if (connection.ended) this.#connections.delete(connection)
      while (connection.free && this.#line.length > 0) {
        connection.reserve()
        this.#line.shift()!.resolve(connection)
      }
    }
    if (this.#line.length === 0 || this.#growing) return
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

  async #connect(changed: () => void): Promise<Connection> {
    try {
      const session = await this.#logins.login(this.target, this.#limits)
      this.breaker.succeeded()
      return new Connection(session, this.#limits, changed)
    } catch (error) {
      if (error instanceof RemoteError) this.breaker.failed(error)
      throw error
    }
  }

  #failed(error: unknown): void {
    if (!this.#usable) this.#rejectAll(error)
  }

  #rejectAll(error: unknown): void {
    clearTimeout(this.#impatience)
    this.#impatience = undefined
    for (const waiter of this.#line.splice(0)) waiter.reject(error)
  }

  #gone(reason: string): RemoteError {
    return new RemoteError('E_CONNECT', `No connection to ${this.name}: ${reason}.`, 'Try again.')
  }
}
