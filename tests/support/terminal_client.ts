import { once } from 'node:events'
import { WebSocket, type RawData } from 'ws'
import type { ServerMessage } from '#app/terminals/messages'
import type { Visitor } from '#tests/support/visitor'

/** How long anything that is waited for may take, in milliseconds. */
const PATIENCE_MS = 20_000

export interface SocketOptions {
  /** Null for a request without the header. */
  origin?: string | null
  /** What stands in `Sec-WebSocket-Protocol`; by itself it names protocol and ticket. */
  protocols?: string[]
  path?: string
}

const origin = () => new URL(process.env.APP_URL!).origin

/** A terminal to come back to, and what allows it. */
export interface WayBack {
  terminal: string
  secret: string
}

/** Asks for a ticket as the page does; gives the response. */
export function askTicket(visitor: Visitor, serverId: string, back?: WayBack) {
  const path = back ? `terminals/${back.terminal}/tickets` : 'terminals'
  return visitor.post(`/servers/${serverId}/${path}`, back ? { secret: back.secret } : {}, {
    headers: { accept: 'application/json' },
  })
}

/** A ticket for a new terminal, or for one to come back to. */
export async function takeTicket(visitor: Visitor, serverId: string, back?: WayBack) {
  const response = await askTicket(visitor, serverId, back)
  if (response.status !== 201) throw new Error(`No ticket: ${response.status}`)
  const { ticket } = (await response.json()) as { ticket: string }
  return ticket
}

/**
 * The page of a terminal as far as the socket goes: collects what it hears, acknowledges output.
 */
export class TerminalClient {
  readonly messages: ServerMessage[] = []
  readonly closed: Promise<number>
  /** Offset of the output so far. */
  offset = 0
  output = ''
  /** Whether it says what it has shown. */
  acknowledges = true
  /** How much of the output it keeps, in bytes. */
  keeps = 4_000_000
  readonly socket: WebSocket
  readonly #waiting = new Set<() => void>()

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('error', () => {})
    socket.on('message', (data, isBinary) => this.#hear(data, isBinary))
    this.closed = once(socket, 'close').then(([code]) => code as number)
  }

  /** Opens the socket; gives the status instead when it is refused. */
  static async knock(
    visitor: Visitor,
    serverId: string,
    ticket: string,
    options: SocketOptions = {}
  ): Promise<TerminalClient | number> {
    const path = options.path ?? `/servers/${serverId}/terminal/socket`
    const cookie = visitor.cookie('muster_session')
    const from = options.origin === undefined ? origin() : options.origin
    const socket = new WebSocket(
      `${process.env.APP_URL!.replace(/^http/, 'ws')}${path}`,
      options.protocols ?? ['muster.terminal', `ticket.${ticket}`],
      {
        headers: { ...(cookie ? { cookie: `muster_session=${cookie}` } : {}) },
        ...(from === null ? {} : { origin: from }),
      }
    )
    const client = new TerminalClient(socket)
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(client))
      socket.once('unexpected-response', (request, response) => {
        resolve(response.statusCode!)
        request.destroy()
      })
      socket.once('error', reject)
    })
  }

  /**
   * Opens the socket and a terminal.
   *
   * @throws when the socket is refused
   */
  static async open(
    visitor: Visitor,
    serverId: string,
    back?: WayBack & { offset: number }
  ): Promise<TerminalClient> {
    const ticket = await takeTicket(visitor, serverId, back)
    const client = await TerminalClient.knock(visitor, serverId, ticket)
    if (typeof client === 'number') throw new Error(`The socket was refused: ${client}`)
    client.say({ type: 'open', columns: 80, rows: 24, offset: back?.offset ?? 0 })
    await client.until(() => client.messages.some(({ type }) => type !== 'beat'))
    return client
  }

  /** The terminal's id, once it is open. */
  get terminal(): string {
    return this.find('opened')!.terminal
  }

  /** How to come back to the terminal that was opened here. */
  get back(): WayBack {
    return { terminal: this.terminal, secret: this.find('opened')!.secret! }
  }

  find<T extends ServerMessage['type']>(type: T) {
    return this.messages.find((message) => message.type === type) as
      Extract<ServerMessage, { type: T }> | undefined
  }

  say(message: object): void {
    this.socket.send(JSON.stringify(message))
  }

  type(text: string | Buffer): void {
    this.socket.send(Buffer.from(text), { binary: true })
  }

  /** Waits until the output has this text. */
  see(text: string | RegExp): Promise<void> {
    const seen = () =>
      typeof text === 'string' ? this.output.includes(text) : text.test(this.output)
    return this.until(seen, `${text} in: ${JSON.stringify(this.output.slice(-500))}`)
  }

  async hear<T extends ServerMessage['type']>(type: T) {
    await this.until(() => this.find(type) !== undefined, `a message "${type}"`)
    return this.find(type)!
  }

  /** Waits until something heard makes this true. */
  async until(holds: () => boolean, what = 'what was waited for'): Promise<void> {
    const end = Date.now() + PATIENCE_MS
    while (!holds()) {
      if (Date.now() > end)
        throw new Error(`There never was ${what}; ${JSON.stringify(this.messages)}`)
      const heard = Promise.withResolvers<void>()
      const timer = setTimeout(heard.resolve, 100)
      this.#waiting.add(heard.resolve)
      await heard.promise
      this.#waiting.delete(heard.resolve)
      clearTimeout(timer)
    }
  }

  /** Breaks the link without a word. */
  async drop(): Promise<void> {
    this.socket.terminate()
    await this.closed
  }

  #hear(data: RawData, isBinary: boolean) {
    if (isBinary) {
      const bytes = data as Buffer
      this.offset += bytes.length
      this.output = `${this.output}${bytes.toString('latin1')}`.slice(-this.keeps)
      if (this.acknowledges) this.say({ type: 'ack', offset: this.offset })
    } else {
      const message = JSON.parse(String(data)) as ServerMessage
      if (message.type === 'opened') this.offset = message.offset
      this.messages.push(message)
    }
    for (const wake of this.#waiting) wake()
  }
}
