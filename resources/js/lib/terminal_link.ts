import type { TerminalSize } from './terminal_screen.js'

/** How the link to a terminal is. */
export type LinkState =
  | { kind: 'connecting' }
  | { kind: 'open' }
  /** It broke; it is tried again in so many seconds. */
  | { kind: 'retrying'; seconds: number }
  | { kind: 'ended'; message: string; hint: string }

/** Where the panel answers for one server, and the token of its forms. */
export interface TerminalAddresses {
  /** Tickets for a new terminal, by POST. */
  tickets: string
  /** The same for one to come back to, with `TERMINAL` for its id. */
  ticketsBack: string
  socket: string
  token: string
}

export interface TerminalListener {
  size(): TerminalSize
  /** Output has come; `shown` is called when it is on the screen. */
  output(bytes: Uint8Array, shown: () => void): void
  /** What comes does not go on from what is shown. */
  reset(): void
  changed(state: LinkState): void
  /** It ends in so many seconds unless something is typed; 0 takes it back. */
  idle(seconds: number): void
}

interface OpenedMessage {
  terminal: string
  offset: number
  whole: boolean
  /** What to come back with; said once. */
  secret?: string
}

const PROTOCOL = 'muster.terminal'

/** How long the panel keeps a terminal for a browser that comes back, in milliseconds. */
const KEPT_MS = 60_000

/** The panel says something this often at least, or the link is dead, in milliseconds. */
const SILENCE_MS = 40_000

/** The most of the output that is not acknowledged yet, in bytes, and the longest wait. */
const ACK_BYTES = 64 * 1024
const ACK_MS = 50

/** The most of what is typed that one message carries, in bytes. */
const INPUT_BYTES = 32 * 1024

/**
 * The link between a page and a terminal of the panel. Output is counted, so that after a break it
 * goes on where it was.
 */
export class TerminalLink {
  readonly #addresses: TerminalAddresses
  readonly #listener: TerminalListener
  #socket: WebSocket | null = null
  /**
   * What to come back to, and the secret that allows it: kept here and nowhere else, so that only
   * this page as it is loaded now comes back.
   */
  #terminal: { id: string; secret: string } | null = null
  #isOpen = false
  #everOpen = false
  #received = 0
  #shown = 0
  #acknowledged = 0
  #lostAt = 0
  #tries = 0
  #ackTimer = 0
  #retryTimer = 0
  #silence = 0

  constructor(addresses: TerminalAddresses, listener: TerminalListener) {
    this.#addresses = addresses
    this.#listener = listener
    const hurry = () => this.#retryTimer && !document.hidden && this.#retry()
    window.addEventListener('online', hurry)
    document.addEventListener('visibilitychange', hurry)
  }

  /** Opens a terminal, or comes back to the one there is. */
  async connect(): Promise<void> {
    this.#listener.changed({ kind: 'connecting' })
    const ticket = await this.#takeTicket()
    if (ticket) this.#open(ticket)
  }

  type(data: string | Uint8Array): void {
    if (!this.#isOpen) return
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
    for (let at = 0; at < bytes.length; at += INPUT_BYTES) {
      this.#socket!.send(bytes.slice(at, at + INPUT_BYTES))
    }
  }

  resize(size: TerminalSize): void {
    if (this.#isOpen) this.#say({ type: 'resize', ...size })
  }

  /** Ends the terminal. */
  close(): void {
    if (this.#isOpen) this.#say({ type: 'close' })
  }

  async #takeTicket(): Promise<string | null> {
    const { tickets, ticketsBack, token } = this.#addresses
    const back = this.#terminal
    const url = back ? ticketsBack.replace('TERMINAL', back.id) : tickets
    const body = new URLSearchParams({ _csrf: token, ...(back && { secret: back.secret }) })
    const headers = { accept: 'application/json' }
    const response = await fetch(url, { method: 'POST', headers, body }).catch(() => null)
    if (!response) {
      this.#lose()
      return null
    }
    const answer = await response.json().catch(() => ({}))
    if (response.ok) return answer.ticket
    this.#end(...wordsFor(response.status, answer))
    return null
  }

  #open(ticket: string): void {
    const socket = new WebSocket(this.#addresses.socket, [PROTOCOL, `ticket.${ticket}`])
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    socket.onopen = () =>
      this.#say({ type: 'open', offset: this.#received, ...this.#listener.size() })
    socket.onmessage = ({ data }) => this.#hear(data)
    socket.onclose = () => this.#lose()
    this.#listen()
  }

  #hear(data: string | ArrayBuffer): void {
    this.#listen()
    if (typeof data !== 'string') return this.#print(new Uint8Array(data))
    const message = JSON.parse(data)
    if (message.type === 'opened') this.#begin(message)
    else if (message.type === 'idle') this.#listener.idle(message.seconds)
    else if (message.type === 'ended') this.#end(message.message, '')
    else if (message.type === 'failed') this.#end(message.message, message.hint)
    else if (message.type === 'taken') this.#end('This terminal went on in another tab.', '')
  }

  #begin(message: OpenedMessage): void {
    if (!message.whole || !this.#everOpen) this.#listener.reset()
    this.#received = this.#shown = this.#acknowledged = message.offset
    if (message.secret) this.#terminal = { id: message.terminal, secret: message.secret }
    this.#isOpen = this.#everOpen = true
    this.#tries = this.#lostAt = 0
    this.#listener.changed({ kind: 'open' })
    this.resize(this.#listener.size())
  }

  #print(bytes: Uint8Array): void {
    this.#received += bytes.length
    const end = this.#received
    const socket = this.#socket
    this.#listener.output(bytes, () => {
      if (socket !== this.#socket) return
      this.#shown = end
      if (end - this.#acknowledged >= ACK_BYTES) this.#acknowledge()
      else this.#ackTimer ||= window.setTimeout(() => this.#acknowledge(), ACK_MS)
    })
  }

  #acknowledge(): void {
    clearTimeout(this.#ackTimer)
    this.#ackTimer = 0
    if (!this.#isOpen || this.#shown === this.#acknowledged) return
    this.#acknowledged = this.#shown
    this.#say({ type: 'ack', offset: this.#shown })
  }

  #say(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  /** Counts the silence anew: a link can be dead without the browser knowing. */
  #listen(): void {
    clearTimeout(this.#silence)
    this.#silence = window.setTimeout(() => this.#lose(), SILENCE_MS)
  }

  #lose(): void {
    this.#drop()
    this.#lostAt ||= Date.now()
    if (!this.#everOpen) {
      return this.#end(
        'No terminal could be reached through the panel.',
        'Try again. A proxy in front of the panel has to pass WebSockets on (the headers Upgrade and Connection).'
      )
    }
    if (Date.now() - this.#lostAt > KEPT_MS) {
      return this.#end('The link broke, and the panel was not reached within a minute.', '')
    }
    const seconds = Math.min(8, 2 ** this.#tries++)
    this.#countDown(seconds)
  }

  #countDown(seconds: number): void {
    clearTimeout(this.#retryTimer)
    this.#listener.changed({ kind: 'retrying', seconds })
    this.#retryTimer = window.setTimeout(
      () => (seconds > 1 ? this.#countDown(seconds - 1) : this.#retry()),
      1000
    )
  }

  #retry(): void {
    clearTimeout(this.#retryTimer)
    this.#retryTimer = 0
    void this.connect()
  }

  #end(message: string, hint: string): void {
    this.#drop()
    this.#terminal = null
    this.#everOpen = false
    this.#received = this.#lostAt = this.#tries = 0
    this.#listener.changed({ kind: 'ended', message, hint })
  }

  #drop(): void {
    clearTimeout(this.#silence)
    clearTimeout(this.#ackTimer)
    this.#ackTimer = 0
    this.#isOpen = false
    if (!this.#socket) return
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null
    this.#socket.close()
    this.#socket = null
  }
}

function wordsFor(status: number, answer: { message?: string; code?: string }): [string, string] {
  if (answer.code === 'E_CONFIRMATION_NEEDED') {
    return ['It is a while since you confirmed that it is you.', 'Load this page again to do so.']
  }
  if (status === 401) return ['You are signed out.', 'Load this page again to log in.']
  if (status === 404) return ['The shell ended while the link was down.', '']
  if (status === 419) return ['This page is too old.', 'Load it again.']
  return [answer.message ?? `The panel answered with the status ${status}.`, '']
}
