import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { EgressDeadline } from '#engine/egress/deadline'
import { EgressError } from '#engine/egress/errors'
import { type Answer, type CheckedAddress, exchange } from '#engine/egress/exchange'
import { explained, unknownName } from '#engine/egress/explain'
import { type Method, hostOf, messageOf } from '#engine/egress/message'
import { type EgressPolicy } from '#engine/egress/policy'
import { redirected, tooManyRedirects } from '#engine/egress/redirect'

/** Gives all addresses of a name, as text; fails with a code of node's dns. */
export type Resolve = (host: string) => Promise<readonly { address: string }[]>

export interface OutgoingRequest {
  /** GET when left out. */
  method?: Method
  /** http or https, without user and password. */
  url: string
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array
  /** Milliseconds for all of it: DNS, connection, answer, redirects. 10 s when left out. */
  timeoutMs?: number
  /** Most bytes of an answer's body. 1 MiB when left out. */
  maxBytes?: number
  /** How many redirects are followed. With 0, as when left out, a redirect is the answer. */
  redirects?: number
  signal?: AbortSignal
}

export interface OutgoingResponse extends Answer {
  /** What was asked last, behind all redirects. */
  url: string
}

/**
 * The one way out for HTTP requests of the panel.
 *
 * A name is resolved once. When the policy refuses one of its addresses there is no connection at
 * all; else it goes to those very addresses. Each redirect is checked like a new request.
 * Certificates are always verified, answers are not decompressed, proxies of the environment are
 * not used.
 */
export class OutgoingHttp {
  readonly #policy: () => EgressPolicy | Promise<EgressPolicy>
  readonly #resolve: Resolve

  /**
   * @param options.policy asked once for each request
   * @param options.resolve the system's resolver when left out
   */
  constructor(options: { policy: () => EgressPolicy | Promise<EgressPolicy>; resolve?: Resolve }) {
    this.#policy = options.policy
    this.#resolve = options.resolve ?? ((host) => lookup(host, { all: true, order: 'verbatim' }))
  }

  /**
   * Makes a request and reads the whole answer, whatever its status.
   *
   * @throws EgressError; or the reason of `signal` when the caller gave up
   */
  async request(asked: OutgoingRequest): Promise<OutgoingResponse> {
    const { timeoutMs = 10_000, maxBytes = 1024 * 1024, redirects = 0 } = asked
    let message = messageOf(asked)
    using deadline = new EgressDeadline(timeoutMs, asked.signal)
    const policy = await deadline.race((async () => this.#policy())())
    for (let followed = 0; ; followed++) {
      deadline.waitsFor = message.url.host
      const addresses = await this.#checked(hostOf(message.url), policy, deadline)
      const answer = await exchange(message, addresses, { maxBytes, signal: deadline.signal })
      const next = redirects > 0 ? redirected(message, answer) : null
      if (next === null) return { ...answer, url: message.url.href }
      if (followed >= redirects) throw tooManyRedirects(message, redirects)
      message = next
    }
  }

  async #checked(
    host: string,
    policy: EgressPolicy,
    deadline: EgressDeadline
  ): Promise<CheckedAddress[]> {
    const answers = isIP(host) ? [{ address: host }] : await this.#addressesOf(host, deadline)
    for (const { address } of answers) {
      const reason = policy.refusal(host, address)
      if (reason !== null) throw refused(host, address, reason)
    }
    return answers.map(({ address }) => ({ address, family: isIP(address) === 6 ? 6 : 4 }))
  }

  async #addressesOf(host: string, deadline: EgressDeadline) {
    try {
      const answers = await deadline.race(this.#resolve(host))
      if (answers.length > 0) return answers
    } catch (error) {
      throw deadline.signal.aborted ? deadline.signal.reason : explained(host, 'connecting', error)
    }
    throw unknownName(host)
  }
}

function refused(host: string, address: string, reason: string): EgressError {
  const where = host === address ? host : `${host} has the address ${address}, which`
  return new EgressError(
    'E_EGRESS_REFUSED',
    `${where} ${reason}. The panel makes no connections there.`,
    "When this is meant, an administrator may allow it in the panel's settings."
  )
}
