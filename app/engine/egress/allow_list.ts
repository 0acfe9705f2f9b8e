import {
  MAPPED_IPV4,
  type Network,
  beginsAtItsFirst,
  contains,
  readAddress,
  readNetwork,
} from '#engine/egress/address'

/** What an administrator allows besides the addresses that everyone can reach. */
export type EgressAllowance =
  | { kind: 'network'; network: Network }
  /** In lower case. Opens private addresses to this one name: see `EgressPolicy`. */
  | { kind: 'host'; host: string }

/** The entries of a list, or its first bad line (counted from 1) and what is wrong with it. */
export type EgressAllowList =
  { ok: true; entries: EgressAllowance[] } | { ok: false; line: number; reason: string }

/** RFC 1123 2.1, and the last label not a number, which browsers and this panel take for IPv4. */
const HOST_NAME =
  /^(?=.{1,253}$)(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)\.)*(?!\d+$|0[xX][\da-fA-F]*$)(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/

/**
 * Reads what an administrator allows, one entry on each line: an address, a network such as
 * `10.0.0.0/8` or `[fd00::]/8`, or a host name. Empty lines mean nothing; an empty list allows
 * nothing private.
 */
export function parseEgressAllowList(text: string): EgressAllowList {
  const entries: EgressAllowance[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const entry = line.trim()
    if (entry === '') continue
    const read = readEntry(entry)
    if (typeof read === 'string') return { ok: false, line: index + 1, reason: read }
    entries.push(read)
  }
  return { ok: true, entries }
}

function readEntry(entry: string): EgressAllowance | string {
  if (/[\s,;]/.test(entry)) return 'Give one entry on each line.'
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(entry)) {
    return 'Give the host or network alone, without https://.'
  }
  const [address] = unbracketed(entry).split('/')
  if (/^[\d.]+$/.test(address) || address.includes(':')) return readNetworkEntry(entry)
  return readHostEntry(entry)
}

function readNetworkEntry(entry: string): EgressAllowance | string {
  if (entry.includes('%')) {
    return 'An address is allowed without its zone: leave out % and the rest.'
  }
  const [address, prefix] = unbracketed(entry).split('/')
  const read = readAddress(address)
  if (read === null) {
    return /^[\d.]+$/.test(address)
      ? 'This is not an IPv4 address: it has four numbers from 0 to 255.'
      : 'This is neither a host name nor an IPv6 address. Ports are not part of an entry.'
  }
  const network = readNetwork(unbracketed(entry))
  if (network === null) return `The number after / must be from 1 to ${read.bits}.`
  if (network.prefix === 0) return 'This allows every address: give the networks that are meant.'
  if (contains(MAPPED_IPV4, network.first)) return 'Write it as an IPv4 address or network.'
  if (!beginsAtItsFirst(network)) {
    return `${address} is not the first address of a network of ${prefix} bits.`
  }
  return { kind: 'network', network }
}

function readHostEntry(entry: string): EgressAllowance | string {
  if (entry.includes('*')) return 'Names are allowed one by one: a * has no meaning here.'
  if (entry.includes('/')) return 'Give the host alone, without a path.'
  if (!HOST_NAME.test(entry)) {
    return 'This is neither an address, nor a network, nor a host name of letters, digits, dots and dashes.'
  }
  const host = entry.toLowerCase()
  return /(?:^|\.)localhost$/.test(host)
    ? 'This machine is allowed by address: 127.0.0.1 or ::1.'
    : { kind: 'host', host }
}

function unbracketed(entry: string): string {
  return entry.replace(/^\[([^[\]/]*:[^[\]/]*)\](?=\/|$)/, '$1')
}
