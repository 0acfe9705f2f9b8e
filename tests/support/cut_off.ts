import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * A network between a browser and the panel that can be cut, and that can fall silent as it does
 * for a laptop asleep: connections stand and carry nothing.
 */
export class CutOff {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isCut = false

  private constructor(server: Server) {
    this.#server = server
  }

  /** @param url of the panel */
  static async before(url: string): Promise<CutOff> {
    const target = new URL(url)
    const server = createServer({ pauseOnConnect: true })
    const network = new CutOff(server)
    server.on('connection', (socket) => network.#join(socket, target))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return network
  }

  /** Where the panel is reached through it. */
  get url(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  }

  /** Breaks every connection, and refuses new ones until `mend`. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  mend(): void {
    this.#isCut = false
  }

  /** Lets what is connected stand, and carries nothing over it any more. */
  freeze(): void {
    for (const socket of this.#sockets) {
      socket.unpipe()
      socket.pause()
    }
  }

  close(): void {
    this.cut()
    this.#server.close()
  }

  #join(socket: Socket, { hostname, port }: URL) {
    if (this.#isCut) {
      socket.destroy()
      return
    }
    const onward = connect(Number(port), hostname)
    for (const [end, other] of [
      [socket, onward],
      [onward, socket],
    ]) {
      this.#sockets.add(end)
      end.on('error', () => {})
      end.on('close', () => {
        this.#sockets.delete(end)
        other.destroy()
      })
      end.pipe(other)
    }
  }
}
