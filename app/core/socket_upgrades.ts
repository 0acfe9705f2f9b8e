import { ServerResponse } from 'node:http'
import type { IncomingMessage, Server as NodeServer } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { HttpContext, Router, Server } from '@adonisjs/core/http'
import logger from '@adonisjs/core/services/logger'

/** Names of routes that answer by a socket end with this. Nothing else is upgraded. */
const SOCKET_ROUTE = /_sockets\.show$/

/** The largest message of a browser, in bytes. */
const MESSAGE_BYTES = 64 * 1024

/** How long browsers may take to close their sockets when the panel stops, in milliseconds. */
const CLOSING_MS = 1_000

/**
 * How long a request for an upgrade may take to become a socket or to be refused and gone, in
 * milliseconds: Node's own limits end where the upgrade begins.
 */
const DECIDING_MS = 30_000

/** RFC 6455, 7.4.1 and its registry: the service restarts. */
const SERVICE_RESTART = 1012

type Use = (socket: WebSocket) => void

/** Requests for an upgrade that are on their way through the routes, with what was made of them. */
const upgrades = new WeakMap<IncomingMessage, { use: Use | null }>()

/** Whether a request asks for a socket, by a way that leads to one. */
export function isUpgrade({ request }: HttpContext): boolean {
  return upgrades.has(request.request)
}

/** Lets a request for a socket have it, once the answer has passed all middleware. */
export function acceptSocket({ request }: HttpContext, use: Use): void {
  upgrades.get(request.request)!.use = use
}

/**
 * The one handler of upgrades in the process. A request for a socket passes the same middleware
 * and the same authorisation table as any other; only then does it become a socket. Before that
 * its `Origin` must be the panel's own: a browser sends cookies along with sockets that pages of
 * others open (RFC 6455, 10.2).
 */
export class SocketUpgrades {
  readonly #server: Server
  readonly #router: Router
  readonly #origin: () => Promise<string>
  readonly #deciding: number
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES,
    perMessageDeflate: false,
    // The first that is offered; what stands beside it may be a secret and is never sent back.
    handleProtocols: (protocols) => [...protocols][0] ?? false,
  })

  /**
   * @param origin where people open the panel, such as `https://panel.example.com`
   * @param deciding how long an upgrade may take, in milliseconds
   */
  constructor(
    server: Server,
    router: Router,
    origin: () => Promise<string>,
    deciding = DECIDING_MS
  ) {
    this.#server = server
    this.#router = router
    this.#origin = origin
    this.#deciding = deciding
  }

  attach(node: NodeServer): void {
    node.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy())
      this.#upgrade(request, socket, head).catch((error) => {
        logger.error({ err: error }, 'an upgrade failed')
        socket.destroy()
      })
    })
  }

  /** Closes every socket. */
  stop(): void {
    for (const socket of this.#sockets.clients) {
      socket.close(SERVICE_RESTART)
      setTimeout(() => socket.terminate(), CLOSING_MS).unref()
    }
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const patience = setTimeout(() => socket.destroy(), this.#deciding)
    socket.once('close', () => clearTimeout(patience))
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    const upgrade: { use: Use | null } = { use: null }
    const refusal = await this.#refusalOf(request)
    if (refusal) response.writeHead(refusal).end()
    else {
      upgrades.set(request, upgrade)
      request.headers.accept = 'application/json'
      await this.#server.handle(request, response)
    }
    if (upgrade.use) {
      clearTimeout(patience)
      return this.#sockets.handleUpgrade(request, socket, head, upgrade.use)
    }
    // Half a close would leave the other half to a client that may never do its part.
    response.once('finish', () => (socket as Socket).destroySoon())
    response.assignSocket(socket as never)
  }

  async #refusalOf({ headers, url, method }: IncomingMessage): Promise<number | null> {
    if (headers.upgrade?.toLowerCase() !== 'websocket' || method !== 'GET') return 400
    const path = (url ?? '').split('?')[0]
    const name = this.#router.match(path, 'GET', false)?.route.name
    if (!name || !SOCKET_ROUTE.test(name)) return 404
    return headers.origin === (await this.#origin()) ? null : 403
  }
}
