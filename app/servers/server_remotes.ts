import { randomBytes } from 'node:crypto'
import { RemoteError } from '#engine/ssh/errors'
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
   * The remote of a pinned server. Connecting happens with the first command, which is refused
   * when the server, or the one it is reached through, is blocked.
   */
  of(server: Server): Remote {
    return this.#open(server, this.#target(server))
  }

  /**
   * A remote that logs in with a password instead of the server's key. Close it after use.
   */
  withPassword(server: Server, password: Secret): Remote {
    return this.#open(server, {
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
   * Does something with a remote that logs in with another key than the server's, on a connection
   * that is nobody else's and closed afterwards.
   */
  async withKey<T>(
    server: Server,
    privateKey: Secret,
    work: (remote: Remote) => Promise<T>
  ): Promise<T> {
    const id = `${server.id}:key:${randomBytes(8).toString('hex')}`
    const credential = { kind: 'key', privateKey } as const
    try {
      return await work(this.#open(server, { ...this.#target(server), id, credential }))
    } finally {
      this.#pool.forget(id)
    }
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
   * The key a host offers, read without any attempt to log in to it.
   *
   * @param jump the server through which the host is reached, when it is not directly
   */
  readHostKey(host: string, port: number, jump: Server | null = null): Promise<HostKey> {
    return jump
      ? this.readHostKeyFrom(jump, host, port)
      : readHostKey(host, port, { timeout: 10_000 })
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

  #open(server: Server, target: Target): Remote {
    const refusal = refusalOf(server)
    return refusal ? this.#pool.refused(target, refusal) : this.#pool.remote(target)
  }

  #target(server: Server): Target {
    const via = server.jumpServerId && server.jump ? this.#hop(server.jump) : undefined
    return { ...this.#hop(server), via }
  }

  #hop(server: Server): Target {
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

/** Why nothing may be asked of a server, or null. */
function refusalOf(server: Server): RemoteError | null {
  if (server.jumpServerId && !server.jump) {
    return new RemoteError(
      'E_CONNECT',
      `${server.name} is reached through a server that is no longer there.`,
      'Choose another way to it on its page, under Edit.'
    )
  }
  const blocked = [server.jump, server].find((each) => each?.status === 'host_key_changed')
  if (!blocked) return null
  // Of a server behind a blocked one nothing is known, its own host key least of all.
  return new RemoteError(
    blocked === server ? 'E_HOST_KEY' : 'E_CONNECT',
    `${blocked.name} offers another host key than the one that was confirmed, so nothing is sent to it.`,
    `Compare the fingerprints on the page of ${blocked.name}.`
  )
}
