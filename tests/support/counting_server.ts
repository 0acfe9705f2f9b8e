import http, { type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import https from 'node:https'
import { type AddressInfo, type Socket } from 'node:net'
import { type TLSSocket } from 'node:tls'

/** A request as it arrived. */
export interface ReceivedRequest {
  method: string
  /** Path and query. */
  url: string
  headers: IncomingHttpHeaders
  body: string
  /** The name that a client of HTTPS asked for (RFC 6066, 3). */
  servername: string | false | null | undefined
}

type Answer = (request: ReceivedRequest, response: ServerResponse) => void

/**
 * An HTTP or HTTPS server of this machine that counts who connects, before anything is sent.
 */
export class CountingServer {
  readonly #server: http.Server
  readonly #sockets = new Set<Socket>()
  readonly requests: ReceivedRequest[] = []
  connections = 0
  port = 0

  /** What a request gets; 200 and `reached` until set. */
  answer: Answer = (_request, response) => response.end('reached')

  /**
   * @param options.tls certificate and key, for HTTPS
   */
  static async start(
    options: { address?: string; port?: number; tls?: { cert: string; key: string } } = {}
  ): Promise<CountingServer> {
    const server = new CountingServer(options.tls)
    const { address = '127.0.0.1', port = 0 } = options
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject).listen(port, address, resolve)
    })
    server.port = (server.#server.address() as AddressInfo).port
    return server
  }

  private constructor(tls?: { cert: string; key: string }) {
    this.#server = tls ? https.createServer(tls) : http.createServer()
    this.#server.on('connection', (socket) => {
      this.connections++
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        const { method = '', url = '', headers } = request
        const { servername } = request.socket as Partial<TLSSocket>
        const body = Buffer.concat(chunks).toString()
        const received = { method, url, headers, body, servername }
        this.requests.push(received)
        this.answer(received, response)
      })
    })
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
