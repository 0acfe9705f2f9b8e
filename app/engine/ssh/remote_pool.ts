import { CircuitBreaker } from '#engine/ssh/circuit_breaker'
import { RemoteError } from '#engine/ssh/errors'
import { CONNECTION_LIMITS, type ConnectionLimits } from '#engine/ssh/limits'
import { Logins } from '#engine/ssh/logins'
import { type Remote } from '#engine/ssh/remote'
import { ServerConnections } from '#engine/ssh/server_connections'
import { SshRemote } from '#engine/ssh/ssh_remote'
import { pathTo, sameTarget, type Target } from '#engine/ssh/target'

export interface PoolOptions {
  limits?: Partial<ConnectionLimits>
  /** Milliseconds, for the circuit breakers. */
  now?: () => number
  /** From 0 up to 1, for the circuit breakers. */
  random?: () => number
}

/** Figures for the health page. */
export interface PoolGauges {
  servers: number
  connections: number
  /** Commands and forwarded streams under way. */
  channels: number
  /** Commands that wait for a channel or for a connection. */
  waiting: number
  /** Logins under way. */
  logins: number
  /** Servers that are not connected to for now. */
  openBreakers: number
}

interface PooledServer {
  connections: ServerConnections
  remote: SshRemote
}

/** The owner of all SSH connections. One per process. */
export class RemotePool {
  readonly #servers = new Map<string, PooledServer>()
  readonly #logins = new Logins()
  readonly #limits: ConnectionLimits
  readonly #options: PoolOptions

  constructor(options: PoolOptions = {}) {
    this.#limits = { ...CONNECTION_LIMITS, ...options.limits }
    this.#options = options
  }

  /**
   * The server of this target. Connects when something is run. A target whose address, credential
   * or pins have changed, or those of the server in between, gets connections of its own; the old
   * ones end when they fall silent.
   *
   * @throws RemoteError E_CONNECT for a way of more than one hop
   */
  remote(target: Target): Remote {
    return this.#server(target).remote
  }

  /** A server of which nothing may be asked: all is refused by this error, and nothing is sent. */
  refused(target: Target, error: RemoteError): Remote {
    const id = `${target.id}:refused`
    const remote = this.remote({ ...target, id })
    this.#servers.get(id)!.connections.breaker.hold(error)
    return remote
  }

  /** Gives up a server's connections, once their commands have ended, and what is known of failures. */
  forget(id: string): void {
    this.#servers.get(id)?.connections.retire('the server was removed from the pool')
    this.#servers.delete(id)
    this.#servers.delete(`${id}:refused`)
  }

  /** A person acted on a server that was refused: the next connection is tried at once. */
  reset(id: string): void {
    this.#servers.get(id)?.connections.breaker.reset()
  }

  gauges(): PoolGauges {
    const gauges = { servers: 0, connections: 0, channels: 0, waiting: 0, openBreakers: 0 }
    for (const { connections: server } of this.#servers.values()) {
      gauges.servers++
      gauges.connections += server.gauges.connections
      gauges.channels += server.gauges.channels
      gauges.waiting += server.gauges.waiting
      if (server.breaker.open) gauges.openBreakers++
    }
    return { ...gauges, logins: this.#logins.inside }
  }

  /** Ends every connection. Commands under way end as unknown. */
  async close(): Promise<void> {
    for (const { connections } of this.#servers.values()) connections.destroy('Muster closed it')
    this.#servers.clear()
  }

  #server(target: Target): PooledServer {
    const known = this.#servers.get(target.id)
    if (known && sameTarget(known.connections.target, target)) return known
    const { via } = target
    if (via && (via.via || via.id === target.id)) throw notOneHop(target)
    known?.connections.retire('the address, credential or host key of the server was changed')
    // At once, so that a changed hop is put in its place before it is needed.
    if (via) this.#server(via)
    const connections = new ServerConnections(target, {
      logins: this.#logins,
      limits: this.#limits,
      breaker: new CircuitBreaker(this.#options.now, this.#options.random),
      hop: via && (() => this.#hop(target, via)),
    })
    const server = { connections, remote: new SshRemote(connections) }
    this.#servers.set(target.id, server)
    return server
  }

  /** Looked up for each connection: it may have been forgotten and be there again. */
  #hop(target: Target, via: Target): ServerConnections {
    const known = this.#servers.get(via.id)
    if (!known || sameTarget(known.connections.target, via)) return this.#server(via).connections
    throw new RemoteError(
      'E_CONNECT',
      `No connection to ${pathTo(target)}: the server in between was changed meanwhile.`,
      'Try again.'
    )
  }
}

function notOneHop(target: Target): RemoteError {
  return new RemoteError(
    'E_CONNECT',
    `${pathTo(target)} cannot be reached that way: the server in between is itself reached through another.`,
    'Choose a server in between that can be reached from here; Muster goes through one only.'
  )
}
