import { setTimeout as sleep } from 'node:timers/promises'
import { Gate } from '#engine/ssh/gate'
import { ServerBusy } from '#engine/ssh/handshake_error'
import { type ConnectionLimits } from '#engine/ssh/limits'
import { type Line, login, type Session } from '#engine/ssh/login'
import { pathTo, type Target } from '#engine/ssh/target'

const PER_HOST = 3
const OVER_ALL = 50
const TRIES = 4
const FIRST_PAUSE = 100

/**
 * Logs in at many servers without running into what sshd and the network bear: 3 connections at
 * a time per host and 50 handshakes over all. A server that falls silent in a handshake loses its
 * place among the 50, so that dead ones do not delay the others. A server that turns away a login
 * before the handshake, as sshd does by chance when many log in (MaxStartups), is asked up to three
 * times more.
 */
export class Logins {
  readonly #all = new Gate(OVER_ALL)
  readonly #hosts = new Map<string, Gate>()

  /** Handshakes that are under way, those with silent servers not counted. */
  get inside(): number {
    return this.#all.inside
  }

  /**
   * @param open makes the connection, again for each attempt
   * @throws RemoteError as `login` and `open` do
   */
  async login(
    target: Target,
    limits: ConnectionLimits,
    open: () => Promise<Line>
  ): Promise<Session> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(target, limits, open)
      } catch (error) {
        if (!(error instanceof ServerBusy) || attempt === TRIES) throw error
        await sleep(FIRST_PAUSE * 2 ** attempt * (0.5 + Math.random()))
      }
    }
  }

  async #once(
    target: Target,
    limits: ConnectionLimits,
    open: () => Promise<Line>
  ): Promise<Session> {
    const host = pathTo(target)
    const gate = this.#hosts.get(host) ?? new Gate(PER_HOST)
    this.#hosts.set(host, gate)
    const leaveHost = await gate.enter()
    try {
      return await login(target, limits, open, () => this.#all.enter())
    } finally {
      leaveHost()
      if (gate.inside === 0 && this.#hosts.get(host) === gate) this.#hosts.delete(host)
    }
  }
}
