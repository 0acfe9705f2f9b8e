import type { Secret } from '#engine/shell/secret'
import type { RemoteShell, TerminalSize } from '#engine/ssh/remote_shell'
import { endingOf, endingOfShell, type Ending } from '#app/terminals/endings'
import type { TerminalLimits } from '#app/terminals/limits'
import type { ServerMessage } from '#app/terminals/messages'
import { Scrollback } from '#app/terminals/scrollback'
import type { TerminalRights } from '#app/terminals/terminal_rights'
import { hashOfResumeSecret, isResumeSecret, newResumeSecret } from '#app/terminals/ticket_text'

/** How much output may be on its way to the browser, in bytes. The shell waits for the rest. */
export const WINDOW_BYTES = 256 * 1024

/** How much output is kept for a browser that comes back, in bytes: all that may be on its way, and more. */
const KEPT_BYTES = 2 * WINDOW_BYTES

/** The most of the output that one message carries, in bytes. */
const MESSAGE_BYTES = 64 * 1024

/** For how long rights may stay unknown because the database does not answer, in milliseconds. */
const UNKNOWN_RIGHTS_MS = 15_000

/** Where a terminal is shown. */
export interface TerminalView {
  output(bytes: Buffer): void
  say(message: ServerMessage): void
  close(): void
}

/**
 * A shell with what it wrote last, and the browser that shows it, if there is one. Output is
 * counted in bytes from the beginning, and no more is read from the shell than the browser can
 * ask for again: a link that breaks loses and doubles nothing.
 */
export class LiveTerminal {
  readonly id: string
  readonly #shell: RemoteShell
  readonly #limits: TerminalLimits
  readonly #onEnd: (ending: Ending) => void
  readonly #scrollback = new Scrollback(KEPT_BYTES)
  readonly #timer: NodeJS.Timeout
  readonly #resumeHash: Buffer
  /** Until it has been said to the page that opened the terminal; then nobody but that page has it. */
  #resume: Secret | null = newResumeSecret()
  #rights: TerminalRights
  #view: TerminalView | null = null
  #sent = 0
  #acknowledged = 0
  #typedAt = Date.now()
  #warned = false
  #rightsAt = Date.now()
  #checking = false
  #waits: NodeJS.Timeout | undefined
  #ended = false

  constructor(
    id: string,
    shell: RemoteShell,
    rights: TerminalRights,
    limits: TerminalLimits,
    onEnd: (ending: Ending) => void
  ) {
    this.id = id
    this.#shell = shell
    this.#rights = rights
    this.#limits = limits
    this.#onEnd = onEnd
    this.#resumeHash = hashOfResumeSecret(this.#resume!.reveal())
    shell.stream.on('error', () => {})
    shell.stream.on('data', (chunk: Buffer) => this.#read(chunk))
    void shell.ended.then((outcome) => this.end(endingOfShell(outcome)))
    this.#timer = setInterval(() => this.#look(), limits.recheck)
    this.#wait()
    this.#look()
  }

  /** Shows it in a browser from now on, from the offset that it has on; the one before is told. */
  attach(view: TerminalView, offset: number, rights: TerminalRights): void {
    this.#view?.say({ type: 'taken' })
    this.#view?.close()
    clearTimeout(this.#waits)
    this.#rights = rights
    this.#view = view
    const { start, end } = this.#scrollback
    const whole = offset >= start && offset <= end
    this.#sent = this.#acknowledged = whole ? offset : start
    this.#warned = false
    const secret = this.#resume?.reveal()
    this.#resume = null
    view.say({ type: 'opened', terminal: this.id, offset: this.#sent, whole, secret })
    this.#send()
    // Whoever has seen all of it acknowledges nothing more.
    if (!this.#isFull) this.#shell.stream.resume()
  }

  /** Whether this is what the page that opened the terminal was told, to come back with. */
  isResumedBy(secret: string): boolean {
    return isResumeSecret(secret, this.#resumeHash)
  }

  /** The browser is gone; it has a while to come back. */
  detach(view: TerminalView): void {
    if (this.#view !== view || this.#ended) return
    this.#view = null
    this.#wait()
  }

  /** @returns false when the shell takes no more for now; `onDrained` tells when it does again */
  type(bytes: Buffer): boolean {
    this.#typedAt = Date.now()
    if (this.#warned) this.#view?.say({ type: 'idle', seconds: 0 })
    this.#warned = false
    return this.#shell.stream.write(bytes)
  }

  onDrained(listener: () => void): void {
    this.#shell.stream.once('drain', listener)
  }

  resize(size: TerminalSize): void {
    if (!this.#ended) this.#shell.resize(size)
  }

  /**
   * The browser has shown the output up to this offset.
   *
   * @returns false for an offset that it cannot have
   */
  acknowledge(offset: number): boolean {
    if (offset < this.#acknowledged || offset > this.#sent) return false
    this.#acknowledged = offset
    this.#send()
    if (!this.#isFull) this.#shell.stream.resume()
    return true
  }

  /** Ends the shell and tells the browser. The first reason counts. */
  end(ending: Ending): void {
    if (this.#ended) return
    this.#ended = true
    clearInterval(this.#timer)
    clearTimeout(this.#waits)
    this.#shell.close()
    this.#send()
    const message = `${ending.because.charAt(0).toUpperCase()}${ending.because.slice(1)}.`
    this.#view?.say({ type: 'ended', reason: ending.reason, message })
    this.#view?.close()
    this.#onEnd(ending)
  }

  get #isFull(): boolean {
    return this.#scrollback.end - this.#acknowledged >= WINDOW_BYTES
  }

  #read(chunk: Buffer): void {
    if (this.#ended) return
    this.#scrollback.push(chunk)
    this.#send()
    if (this.#isFull) this.#shell.stream.pause()
  }

  #send(): void {
    const most = this.#acknowledged + (this.#ended ? KEPT_BYTES : WINDOW_BYTES)
    const end = Math.min(this.#scrollback.end, most)
    while (this.#view && this.#sent < end) {
      const next = Math.min(end, this.#sent + MESSAGE_BYTES)
      this.#view.output(this.#scrollback.slice(this.#sent, next))
      this.#sent = next
    }
  }

  #wait(): void {
    clearTimeout(this.#waits)
    this.#waits = setTimeout(() => this.end(endingOf('link_lost')), this.#limits.detached)
  }

  #look(): void {
    const left = this.#typedAt + this.#limits.idle - Date.now()
    if (left <= 0) return this.end(endingOf('idle'))
    if (left <= this.#limits.idleWarning && !this.#warned) {
      this.#warned = true
      this.#view?.say({ type: 'idle', seconds: Math.ceil(left / 1000) })
    }
    void this.#checkRights()
  }

  async #checkRights(): Promise<void> {
    if (this.#checking) return
    this.#checking = true
    const rights = this.#rights
    try {
      const loss = await rights.loss()
      if (rights !== this.#rights) return
      this.#rightsAt = Date.now()
      if (loss) this.end(endingOf(loss))
    } catch {
      // Rights that nobody can look up are none.
      if (Date.now() - this.#rightsAt > UNKNOWN_RIGHTS_MS) this.end(endingOf('rights_lost'))
    } finally {
      this.#checking = false
    }
  }
}
