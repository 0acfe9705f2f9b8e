import { RemotePool, type PoolGauges } from '#engine/ssh/remote_pool'
import { readHostKey, type HostKey } from '#engine/ssh/host_key'
import type { Remote } from '#engine/ssh/remote'
import type { Secret } from '#engine/shell/secret'
import type { Target } from '#engine/ssh/target'
import type Server from '#app/servers/models/server'

/**
 * The way from server rows to the engine: one pooled, pinned connection per server.
 */
export class ServerRemotes {
  readonly #pool = new RemotePool()

  /**
   * The remote of a pinned server. Connecting happens with the first command.
   */
  of(server: Server): Remote {
    return this.#pool.remote(this.#target(server))
  }

  /**
   * A remote that logs in with a password instead of the server's key. Close it after use.
   */
  withPassword(server: Server, password: Secret): Remote {
    return this.#pool.remote({
      ...this.#target(server),
      id: `${server.id}:password`,
      credential: { kind: 'password', password },
    })
  }

  /** Closes what is open with password. */
  forgetPassword(server: Server) {
    this.#pool.forget(`${server.id}:password`)
  }

  /**
   * A remote that logs in with another key than the server's, on a connection of its own. Close it
   * after use.
   */
  withKey(server: Server, privateKey: Secret): Remote {
    this.forgetKey(server)
    return this.#pool.remote({
      ...this.#target(server),
      id: `${server.id}:key`,
      credential: { kind: 'key', privateKey },
    })
  }

  /** Closes what is open with another key. */
  forgetKey(server: Server) {
    this.#pool.forget(`${server.id}:key`)
  }

  /**
   * Closes the server's connection and forgets its failures, so that the next command connects
   * at once.
   */
  forget(server: Pick<Server, 'id'>) {
    this.#pool.forget(server.id)
  }

  /**
   * Forgets the server's failures, so that the next command connects at once. What is connected
   * stays: runs go on over it.
   */
  retryNow(server: Pick<Server, 'id'>) {
    this.#pool.reset(server.id)
  }

  /**
   * The key a host offers, read without any attempt to log in.
   */
  readHostKey(host: string, port: number): Promise<HostKey> {
    return readHostKey(host, port, { timeout: 10_000 })
  }

  /**
   * The key a host offers as seen from a server, for hosts that only the server talks to.
   */
  async readHostKeyFrom(server: Server, host: string, port: number): Promise<HostKey> {
    const through = await this.of(server).forward(host, port)
    return readHostKey(host, port, { timeout: 10_000, through })
  }

  /** Figures about the connections of this process. */
  gauges(): PoolGauges {
    return this.#pool.gauges()
  }

  async close() {
    await this.#pool.close()
  }

  #target(server: Server): Target {
    return {
      id: server.id,
      host: server.host,
      port: server.port,
      username: server.username,
      credential: { kind: 'key', privateKey: server.privateKey },
      hostKeys: server.hostKeys,
      sudo: server.username !== 'root',
    }
  }
}
