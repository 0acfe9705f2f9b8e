import { type Connection } from '#engine/ssh/connection'

interface Waiter {
  resolve(connection: Connection): void
  reject(error: unknown): void
}

/** Those who wait for a connection of one server, first come, first served. */
export class WaitingLine {
  readonly #suits: (connection: Connection) => boolean
  readonly #take: (connection: Connection) => void
  readonly #waiters: Waiter[] = []

  /**
   * @param suits whether a connection is what they wait for
   * @param take claims it for one of them
   */
  constructor(suits: (connection: Connection) => boolean, take: (connection: Connection) => void) {
    this.#suits = suits
    this.#take = take
  }

  get length(): number {
    return this.#waiters.length
  }

  /** A connection that is there already, for who comes when nobody waits. */
  first(connections: Iterable<Connection>): Connection | undefined {
    if (this.#waiters.length > 0) return undefined
    for (const connection of connections) {
      if (!this.#suits(connection)) continue
      this.#take(connection)
      return connection
    }
    return undefined
  }

  /** Rejects with the signal's reason when it is aborted. */
  enter(signal?: AbortSignal): Promise<Connection> {
    const { promise, resolve, reject } = Promise.withResolvers<Connection>()
    const abort = () => {
      const index = this.#waiters.indexOf(waiter)
      if (index >= 0) this.#waiters.splice(index, 1)
      reject(signal?.reason)
    }
    const done = () => signal?.removeEventListener('abort', abort)
    const waiter: Waiter = {
      resolve: (connection) => (done(), resolve(connection)),
      reject: (error) => (done(), reject(error)),
    }
    signal?.addEventListener('abort', abort, { once: true })
    this.#waiters.push(waiter)
    return promise
  }

  /** Gives a connection to as many as it suits. */
  offer(connection: Connection): void {
    while (this.#waiters.length > 0 && this.#suits(connection)) {
      this.#take(connection)
      this.#waiters.shift()!.resolve(connection)
    }
  }

  rejectAll(error: unknown): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error)
  }
}
