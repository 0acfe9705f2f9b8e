import { ulid } from 'ulid'
import logger from '@adonisjs/core/services/logger'
import type { TerminalSize } from '#engine/ssh/remote_shell'
import Server from '#app/servers/models/server'
import type { ServerRemotes } from '#app/servers/server_remotes'
import type { Scope } from '#app/teams/scope'
import CloseTerminal from '#app/terminals/actions/close_terminal'
import NoteTerminal from '#app/terminals/actions/note_terminal'
import RenewLeases from '#app/terminals/actions/renew_leases'
import { endingOf, type Ending } from '#app/terminals/endings'
import { TERMINAL_LIMITS, type TerminalLimits } from '#app/terminals/limits'
import { LiveTerminal } from '#app/terminals/live_terminal'
import type Terminal from '#app/terminals/models/terminal'
import type { TerminalRights } from '#app/terminals/terminal_rights'
import { TerminalRefused } from '#app/terminals/terminal_refused'

/** How often the leases of the rows are renewed, in milliseconds. */
const RENEW_MS = 5_000

/** Who was let in, to which server. */
export interface Admission {
  scope: Scope
  signInId: string
  server: Server
  rights: TerminalRights
  /** The terminal to come back to; null for a new one. */
  terminalId: string | null
}

/**
 * The terminals of this process: it holds their shells, and their rows say so.
 */
export class LiveTerminals {
  readonly processId = ulid()
  readonly #remotes: () => Promise<ServerRemotes>
  readonly #limits: TerminalLimits
  readonly #live = new Map<string, LiveTerminal>()
  /** Whose the open ones are, and those about to be opened. */
  readonly #places = new Map<string, string>()
  readonly #closing = new Set<Promise<void>>()
  /** Those that have ended, until that is on record. */
  readonly #ended = new Map<string, Ending>()
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | null = null
  #renewing: Promise<void> = Promise.resolve()

  constructor(remotes: () => Promise<ServerRemotes>, limits: Partial<TerminalLimits> = {}) {
    this.#remotes = remotes
    this.#limits = { ...TERMINAL_LIMITS, ...limits }
  }

  get limits(): TerminalLimits {
    return this.#limits
  }

  /** How many are open. */
  get size(): number {
    return this.#live.size
  }

  /** Keeps the rows leased, and closes those whose process is gone. */
  start() {
    this.#timer = setInterval(() => this.#renewSoon(), RENEW_MS)
    this.#renewSoon()
  }

  find(id: string): LiveTerminal | undefined {
    return this.#live.get(id)
  }

  /** Why one that is not found here cannot be come back to, by the row that is open, if any. */
  absence(row: Terminal | null): TerminalRefused {
    return row && row.processId !== this.processId
      ? TerminalRefused.elsewhere()
      : TerminalRefused.gone()
  }

  /**
   * Opens a shell. Somebody has to attach to it soon.
   *
   * @param signal the browser left
   * @throws TerminalRefused; RemoteError when there is no shell to be had
   */
  async open(admission: Admission, size: TerminalSize, signal: AbortSignal) {
    const id = this.#takePlace(admission.scope.userId)
    try {
      const remotes = await this.#remotes()
      const server = await serverNow(admission)
      const shell = await remotes.of(server).shell({
        ...size,
        timeout: this.#limits.opening,
        signal: AbortSignal.any([signal, this.#stopping.signal]),
      })
      try {
        await new NoteTerminal().handle({ ...admission, server, id, processId: this.processId })
      } catch (error) {
        shell.close()
        throw error
      }
      const onEnd = (ending: Ending) => this.#close(id, ending)
      const terminal = new LiveTerminal(id, shell, admission.rights, this.#limits, onEnd)
      this.#live.set(id, terminal)
      if (this.#stopping.signal.aborted) terminal.end(endingOf('panel_stopped'))
      return terminal
    } catch (error) {
      this.#places.delete(id)
      throw error
    }
  }

  /** Ends all of them; resolves when that is on record. */
  async stop() {
    this.#stopping.abort()
    if (this.#timer) clearInterval(this.#timer)
    for (const terminal of this.#live.values()) terminal.end(endingOf('panel_stopped'))
    await this.#renewing
    await Promise.allSettled(this.#closing)
  }

  #takePlace(userId: string): string {
    const own = [...this.#places.values()].filter((owner) => owner === userId).length
    if (own >= this.#limits.perUser) throw TerminalRefused.tooManyOfUser(this.#limits.perUser)
    if (this.#places.size >= this.#limits.perProcess || this.#stopping.signal.aborted) {
      throw TerminalRefused.noRoom()
    }
    const id = ulid()
    this.#places.set(id, userId)
    return id
  }

  #close(id: string, ending: Ending) {
    this.#live.delete(id)
    this.#places.delete(id)
    this.#ended.set(id, ending)
    this.#putOnRecord(id, ending)
  }

  #putOnRecord(id: string, ending: Ending) {
    const closing = new CloseTerminal()
      .handle(id, ending)
      .then(() => void this.#ended.delete(id))
      .catch((error) => logger.error({ err: error, terminal: id }, 'a terminal was not closed'))
      .finally(() => this.#closing.delete(closing))
    this.#closing.add(closing)
  }

  #renewSoon() {
    this.#renewing = this.#renewing
      .then(() => this.#renew())
      .catch((error) => logger.error({ err: error }, 'the leases of terminals were not renewed'))
  }

  async #renew() {
    if (this.#closing.size === 0) {
      for (const [id, ending] of this.#ended) this.#putOnRecord(id, ending)
    }
    const held = [...this.#live.keys()]
    const open = await new RenewLeases().handle(this.processId)
    for (const id of held) {
      if (!open.has(id)) this.#live.get(id)?.end(endingOf('panel_stopped'))
    }
  }
}

/**
 * The server as it is now: since the socket was let in it may have been moved, pinned anew or
 * blocked. `ServerRemotes` refuses those that are blocked.
 */
async function serverNow({ scope, server: { id } }: Admission): Promise<Server> {
  const server = await Server.within(scope).where('id', id).first()
  if (!server) throw TerminalRefused.serverGone()
  const unconfirmed = [server.jump, server].find((each) => each && !each.isPinned)
  if (unconfirmed) throw TerminalRefused.unconfirmed(unconfirmed.name)
  return server
}
