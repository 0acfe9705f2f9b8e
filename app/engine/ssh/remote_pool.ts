import { createHash } from 'node:crypto'
import { CircuitBreaker } from '#engine/ssh/circuit_breaker'
import { type RemoteError } from '#engine/ssh/errors'
import { CONNECTION_LIMITS, type ConnectionLimits } from '#engine/ssh/limits'
import { Logins } from '#engine/ssh/logins'
import { type Remote } from '#engine/ssh/remote'
import { ServerConnections } from '#engine/ssh/server_connections'
import { SshRemote } from '#engine/ssh/ssh_remote'
import { type Target } from '#engine/ssh/target'

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

/** The owner of all SSH connections. One per process. */
export class RemotePool {
  readonly #servers = new Map<string, { connections: ServerConnections; digest: string }>()
  readonly #logins = new Logins()
  readonly #limits: ConnectionLimits
  readonly #options: PoolOptions

  constructor(options: PoolOptions = {}) {
    this.#limits = { ...CONNECTION_LIMITS, ...options.limits }
    this.#options = options
  }

  /**
   * The server of this target. Connects when something is run. A target whose address, credential
   * or pins have changed gets connections of its own; the old ones end when they fall silent.
   */
  remote(target: Target): Remote {
    const digest = digestOf(target)
    const known = this.#servers.get(target.id)
    if (known?.digest === digest) return new SshRemote(known.connections)
    known?.connections.retire('the address, credential or host key of the server was changed')
    const breaker = new CircuitBreaker(this.#options.now, this.#options.random)
    const connections = new ServerConnections(target, this.#logins, this.#limits, breaker)
    this.#servers.set(target.id, { connections, digest })
    return new SshRemote(connections)
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
}

function digestOf(target: Target): string {
  const { credential } = target
  const secret = credential.kind === 'key' ? credential.privateKey : credential.password
  return createHash('sha256')
    .update(
      JSON.stringify([
        target.host,
        target.port,
        target.username,
        credential.kind,
        secret.reveal(),
        target.hostKeys.map((pin) => [pin.type, pin.key]),
        target.sudo ?? null,
      ])
    )
    .digest('hex')
}
