import { type Address, contains, facesOf, readNetwork } from '#engine/egress/address'

/** What a network is set aside for. */
export interface SpecialUse {
  /** As in the registry, for example `10.0.0.0/8`. */
  network: string
  /** In words, for example `private use`. */
  use: string
  /** Whether people number their own machines from it. */
  local: boolean
}

/**
 * What is not globally reachable, the narrower network first: the IANA special-purpose registries
 * (RFC 6890 and its successors) with their few global exceptions refused too, multicast, what older
 * standards set aside, and of IPv6 all that is not global unicast (RFC 4291 2.4, 2000::/3).
 */
const SPECIAL: readonly (readonly [network: string, use: string])[] = [
  ['0.0.0.0/8', 'this network'],
  ['10.0.0.0/8', 'private use'],
  ['100.64.0.0/10', 'shared address space'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link local'],
  ['172.16.0.0/12', 'private use'],
  ['192.0.0.0/24', 'protocol assignments'],
  ['192.0.2.0/24', 'documentation'],
  ['192.88.99.0/24', '6to4 relays'],
  ['192.168.0.0/16', 'private use'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['255.255.255.255/32', 'broadcast'],
  ['240.0.0.0/4', 'reserved'],
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['64:ff9b:1::/48', 'local translation to IPv4'],
  ['100::/64', 'discarded'],
  ['100:0:0:1::/64', 'dummy prefix'],
  ['2001::/23', 'protocol assignments'],
  ['2001:db8::/32', 'documentation'],
  ['3fff::/20', 'documentation'],
  ['5f00::/16', 'segment routing'],
  ['fc00::/7', 'private use'],
  ['fe80::/10', 'link local'],
  ['fec0::/10', 'site local'],
  ['ff00::/8', 'multicast'],
  ['::/3', 'reserved'],
  ['4000::/2', 'reserved'],
  ['8000::/1', 'reserved'],
]

const LOCAL = ['private use', 'shared address space']

const NETWORKS = SPECIAL.map(([network, use]) => ({
  range: readNetwork(network)!,
  special: { network, use, local: LOCAL.includes(use) } satisfies SpecialUse,
}))

/**
 * Why an address is not globally reachable, or null when it is. One that carries an IPv4 address
 * is judged by that.
 */
export function specialUseOf(address: Address): SpecialUse | null {
  const innermost = facesOf(address).at(-1)!
  return NETWORKS.find(({ range }) => contains(range, innermost))?.special ?? null
}
