import { type Network, contains, facesOf, readAddress } from '#engine/egress/address'
import { type EgressAllowance } from '#engine/egress/allow_list'
import { specialUseOf } from '#engine/egress/special_networks'

/**
 * Decides which addresses the panel may connect to: those that everyone on the internet can reach,
 * and what an administrator allows besides.
 *
 * A name that is allowed may have private addresses. It may not have those of this machine or the
 * link (127.0.0.0/8, 169.254.0.0/16 and the like): whoever answers for the name in DNS would choose
 * them. They are allowed by address alone.
 */
export class EgressPolicy {
  readonly #networks: readonly Network[]
  readonly #hosts: ReadonlySet<string>

  constructor(allowed: readonly EgressAllowance[] = []) {
    this.#networks = allowed.flatMap((entry) => (entry.kind === 'network' ? [entry.network] : []))
    this.#hosts = new Set(allowed.flatMap((entry) => (entry.kind === 'host' ? [entry.host] : [])))
  }

  /**
   * What is wrong with an address, such as `belongs to 10.0.0.0/8 (private use)`, or null when a
   * connection may be made.
   *
   * @param host the name that was resolved, in lower case and without a dot at its end; for a
   *   literal address, that address
   * @param address one of its addresses, as text
   */
  refusal(host: string, address: string): string | null {
    const read = readAddress(address)
    if (read === null) return 'is not an address'
    if (facesOf(read).some((face) => this.#networks.some((network) => contains(network, face)))) {
      return null
    }
    const special = specialUseOf(read)
    if (special === null || (special.local && this.#hosts.has(host))) return null
    return `belongs to ${special.network} (${special.use})`
  }
}
