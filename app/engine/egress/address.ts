import { isIPv4, isIPv6 } from 'node:net'

/** An address of IPv4 (32 bits) or IPv6 (128 bits) as a number. */
export interface Address {
  bits: 32 | 128
  value: bigint
}

/** All addresses that share their first `prefix` bits with `first`. */
export interface Network {
  first: Address
  prefix: number
}

/** An address in its text form, `192.0.2.1` or `2001:db8::1`, a zone (RFC 4007) left out; or null. */
export function readAddress(text: string): Address | null {
  if (isIPv4(text)) return { bits: 32, value: joined(text.split('.').map(Number), 8) }
  if (isIPv6(text)) return { bits: 128, value: joined(groupsOf(text), 16) }
  return null
}

/** A network written `10.0.0.0/8`, or one address as a network of its own; or null. */
export function readNetwork(text: string): Network | null {
  const [address, prefix, ...more] = text.split('/')
  const first = readAddress(address)
  if (first === null || more.length > 0) return null
  if (prefix === undefined) return { first, prefix: first.bits }
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > first.bits) return null
  return { first, prefix: Number(prefix) }
}

/** Whether an address lies in a network. IPv4 and IPv6 never meet here: see `facesOf`. */
export function contains({ first, prefix }: Network, address: Address): boolean {
  const rest = BigInt(first.bits - prefix)
  return address.bits === first.bits && address.value >> rest === first.value >> rest
}

/** Whether no bit is set behind the prefix. */
export function beginsAtItsFirst({ first, prefix }: Network): boolean {
  return (first.value & ((1n << BigInt(first.bits - prefix)) - 1n)) === 0n
}

/** IPv4 addresses written as addresses of IPv6 (RFC 4291, 2.5.5.2). */
export const MAPPED_IPV4 = readNetwork('::ffff:0:0/96')!

/**
 * What an address stands for, the innermost last. Packets for a mapped address leave as IPv4, so it
 * is its IPv4 address and nothing else; those for an address of NAT64 (RFC 6052) or 6to4 (RFC 3056)
 * go as IPv6 to someone who hands them on to the IPv4 address.
 */
export function facesOf(address: Address): Address[] {
  if (contains(MAPPED_IPV4, address)) return [ipv4In(address, 0n)]
  if (contains(NAT64, address)) return [address, ipv4In(address, 0n)]
  if (contains(SIX_TO_FOUR, address)) return [address, ipv4In(address, 80n)]
  return [address]
}

const NAT64 = readNetwork('64:ff9b::/96')!
const SIX_TO_FOUR = readNetwork('2002::/16')!

function ipv4In({ value }: Address, shift: bigint): Address {
  return { bits: 32, value: (value >> shift) & 0xffffffffn }
}

function groupsOf(text: string): number[] {
  const [bare] = text.split('%')
  const [head, tail] = bare.split('::').map(groupsBetween)
  if (tail === undefined) return head
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

function groupsBetween(text: string): number[] {
  return text === '' ? [] : text.split(':').flatMap(groupsIn)
}

function groupsIn(part: string): number[] {
  if (!part.includes('.')) return [Number.parseInt(part, 16)]
  const [a, b, c, d] = part.split('.').map(Number)
  return [a * 256 + b, c * 256 + d]
}

function joined(parts: number[], bits: number): bigint {
  return parts.reduce((value, part) => (value << BigInt(bits)) | BigInt(part), 0n)
}
