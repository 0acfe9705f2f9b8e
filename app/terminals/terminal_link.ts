import type { RawData, WebSocket } from 'ws'
import logger from '@adonisjs/core/services/logger'
import { RemoteError } from '#engine/ssh/errors'
import type { TerminalSize } from '#engine/ssh/remote_shell'
import { endingOf } from '#app/terminals/endings'
import { WINDOW_BYTES, type LiveTerminal, type TerminalView } from '#app/terminals/live_terminal'
import type { Admission, LiveTerminals } from '#app/terminals/live_terminals'
import { readMessage, type ClientMessage, type ServerMessage } from '#app/terminals/messages'
import Terminal from '#app/terminals/models/terminal'
import { TerminalRefused } from '#app/terminals/terminal_refused'

/** How long a browser may take to say what size its terminal has, in milliseconds. */
const PATIENCE_MS = 10_000

/**
 * How much may wait to be sent, in bytes. A browser that says that it has shown what it has not
 * read would have the panel keep the rest.
 */
const MOST_WAITING_BYTES = 2 * WINDOW_BYTES

/** RFC 6455, 7.4.1: the other side does not keep to what was agreed. */
const POLICY_VIOLATION = 1008

/**
 * One socket of a browser, from the moment it was let in. It says `open` first; then a terminal
 * is opened or found again, and attached to.
 */
export class TerminalLink implements TerminalView {
  readonly #socket: WebSocket
  readonly #admission: Admission
  readonly #terminals: LiveTerminals
  readonly #gone = new AbortController()
  readonly #patience: NodeJS.Timeout
  readonly #beat: NodeJS.Timeout
  #state: 'waiting' | 'opening' | 'open' = 'waiting'
  #terminal: LiveTerminal | null = null
  /** The size that was said last, for a terminal that is not there yet. */
  #latest: TerminalSize | null = null
  #alive = true

  constructor(socket: WebSocket, admission: Admission, terminals: LiveTerminals) {
    this.#socket = socket
    this.#admission = admission
    this.#terminals = terminals
    this.#patience = setTimeout(() => this.#violate(), PATIENCE_MS)
    this.#beat = setInterval(() => this.#pulse(), terminals.limits.beat)
    socket.on('error', () => {})
    socket.on('pong', () => (this.#alive = true))
    socket.on('message', (data, isBinary) => this.#hear(data, isBinary))
    socket.once('close', () => this.#leave())
  }

  output(bytes: Buffer): void {
    this.#put(bytes)
  }

  say(message: ServerMessage): void {
    this.#put(JSON.stringify(message))
  }

  close(): void {
    this.#socket.close(1000)
  }

  #put(message: Buffer | string): void {
    if (this.#socket.bufferedAmount > MOST_WAITING_BYTES) return this.#socket.terminate()
    this.#socket.send(message, { binary: typeof message !== 'string' })
  }

  #hear(data: RawData, isBinary: boolean): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (isBinary) return this.#type(data as Buffer)
    const message = readMessage(data as Buffer)
    if (!message || !this.#act(message)) this.#violate()
  }

  /** @returns false for what does not belong here and now */
  #act(message: ClientMessage): boolean {
    if (message.type === 'open') {
      if (this.#state !== 'waiting') return false
      void this.#open(message)
      return true
    }
    if (this.#state === 'waiting') return false
    if (message.type === 'resize') {
      this.#latest = message
      this.#terminal?.resize(sizeOf(message))
      return true
    }
    if (!this.#terminal) return false
    if (message.type === 'ack') return this.#terminal.acknowledge(message.offset)
    this.#terminal.end(endingOf('closed'))
    return true
  }

  #type(bytes: Buffer): void {
    if (!this.#terminal) return this.#violate()
    if (this.#terminal.type(bytes)) return
    this.#socket.pause()
    this.#terminal.onDrained(() => this.#socket.resume())
  }

  async #open(message: Extract<ClientMessage, { type: 'open' }>): Promise<void> {
    this.#state = 'opening'
    clearTimeout(this.#patience)
    try {
      const terminal = await this.#find(message)
      if (this.#gone.signal.aborted) {
        // Nobody knows of a new one: nobody will come back to it.
        if (!this.#admission.terminalId) terminal.end(endingOf('link_lost'))
        return
      }
      this.#state = 'open'
      this.#terminal = terminal
      terminal.resize(sizeOf(this.#latest ?? message))
      terminal.attach(this, message.offset, this.#admission.rights)
    } catch (error) {
      if (this.#gone.signal.aborted) return
      this.say({ type: 'failed', ...this.#explain(error) })
      this.close()
    }
  }

  async #find(message: Extract<ClientMessage, { type: 'open' }>): Promise<LiveTerminal> {
    const { terminalId, scope } = this.#admission
    if (!terminalId)
      return this.#terminals.open(this.#admission, sizeOf(message), this.#gone.signal)
    const live = this.#terminals.find(terminalId)
    if (live) return live
    const row = await Terminal.within(scope).where('id', terminalId).whereNull('ended_at').first()
    throw this.#terminals.absence(row)
  }

  #explain(error: unknown): { message: string; hint: string } {
    if (error instanceof RemoteError || error instanceof TerminalRefused) {
      return { message: error.message, hint: error.hint }
    }
    logger.error({ err: error }, 'a terminal was not opened')
    return { message: 'The terminal was not opened.', hint: 'Look at the log of the panel.' }
  }

  #pulse(): void {
    if (!this.#alive) return this.#socket.terminate()
    this.#alive = false
    this.#socket.ping()
    this.say({ type: 'beat' })
  }

  #violate(): void {
    this.#socket.close(POLICY_VIOLATION, 'not understood')
  }

  #leave(): void {
    clearTimeout(this.#patience)
    clearInterval(this.#beat)
    this.#gone.abort()
    this.#terminal?.detach(this)
  }
}

function sizeOf({ columns, rows }: TerminalSize): TerminalSize {
  return { columns, rows }
}
