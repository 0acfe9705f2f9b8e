import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/**
 * A way to a TCP port that knows how long nothing went over it, in either direction: connect to
 * `port` of 127.0.0.1 instead.
 */
export class SilenceMeter {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #last = 0
  #longest = 0

  private constructor(server: Server) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
  }

  static async before(target: { host: string; port: number }): Promise<SilenceMeter> {
    const server = createServer({ noDelay: true }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const meter = new SilenceMeter(server)
    server.on('connection', (here) => {
      const there = connect({ ...target, noDelay: true })
      meter.#last = performance.now()
      meter.#carry(here, there)
      meter.#carry(there, here)
    })
    return meter
  }

  /** The longest silence since the last call, within connections, in milliseconds. */
  take(): number {
    const longest = this.#longest
    this.#longest = 0
    return longest
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.on('error', () => to.destroy())
    from.on('close', () => this.#sockets.delete(from))
    from.on('data', () => {
      const now = performance.now()
      this.#longest = Math.max(this.#longest, now - this.#last)
      this.#last = now
    })
    from.pipe(to)
  }
}
