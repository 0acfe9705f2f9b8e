import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Transform, type TransformCallback } from 'node:stream'

const LOOPBACK = '127.0.0.1'

/** Data on the way at one time in one direction before the sender is held back, in bytes. */
const WINDOW = 4 * 1024 * 1024

/** A slow and unreliable way to a TCP port: connect to `host`:`port` instead. */
export class LatencyProxy {
  readonly host = LOOPBACK
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #limit = Infinity
  #held?: PromiseWithResolvers<void>

  private constructor(server: Server) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
  }

  /** Adds `roundTrip` ms to every round trip to `target`, half of it each way. */
  static async open(
    target: { host: string; port: number },
    roundTrip: number
  ): Promise<LatencyProxy> {
    const server = createServer({ noDelay: true, allowHalfOpen: true })
    server.listen(0, LOOPBACK)
    await once(server, 'listening')
    const proxy = new LatencyProxy(server)
    server.on('connection', (client) => {
      const upstream = connect({ ...target, noDelay: true, allowHalfOpen: true })
      proxy.#carry(client, upstream, roundTrip / 2)
      proxy.#carry(upstream, client, roundTrip / 2)
    })
    return proxy
  }

  /** Resets every connection once `bytes` more have been carried, both directions counted. */
  resetAfter(bytes: number): void {
    this.#limit = bytes
  }

  /** Resets every connection now; new ones are accepted. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Goes on accepting and delivers nothing, as a network that swallows packets. */
  hold(): void {
    this.#held ??= Promise.withResolvers()
  }

  /** Delivers again, beginning with what was held. */
  resume(): void {
    this.#held?.resolve()
    this.#held = undefined
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.reset()
    await closed
  }

  #carry(from: Socket, to: Socket, delay: number): void {
    this.#sockets.add(from)
    from.once('close', () => this.#sockets.delete(from))
    // What breaks one side breaks the other.
    from.once('error', () => to.resetAndDestroy())
    from.on('data', (chunk) => this.#count(chunk.length))
    from.pipe(new Delay(delay, () => this.#held?.promise)).pipe(to)
  }

  #count(bytes: number): void {
    this.#limit -= bytes
    if (this.#limit > 0) return
    this.#limit = Infinity
    this.reset()
  }
}

/** Passes each chunk on `delay` ms after it came, and not before `passage` lets it. */
class Delay extends Transform {
  readonly #delay: number
  readonly #passage: () => Promise<void> | undefined
  #underway = 0
  #blocked?: TransformCallback

  constructor(delay: number, passage: () => Promise<void> | undefined) {
    super()
    this.#delay = delay
    this.#passage = passage
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#underway += chunk.length
    setTimeout(() => void this.#deliver(chunk), this.#delay)
    if (this.#underway < WINDOW) done()
    else this.#blocked = done
  }

  override _flush(done: TransformCallback): void {
    setTimeout(async () => {
      await this.#passage()
      done()
    }, this.#delay)
  }

  async #deliver(chunk: Buffer): Promise<void> {
    await this.#passage()
    if (this.destroyed) return
    this.#underway -= chunk.length
    this.push(chunk)
    const blocked = this.#blocked
    this.#blocked = undefined
    blocked?.()
  }
}
