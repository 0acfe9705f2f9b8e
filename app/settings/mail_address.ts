import { isIP } from 'node:net'
import { isHost } from '#engine/system/grammar'

const LOCAL_PART = /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}$/u
const DISPLAY_NAME =
  /^[^\s\p{Cc}\p{Cf}<>"@\\,;:()[\]](?:[^\p{Cc}\p{Cf}\u2028\u2029<>"@\\,;:()[\]]{0,98}[^\s\p{Cc}\p{Cf}<>"@\\,;:()[\]])?$/u
const NAMED = /^([^<>]+) <([^<>]+)>$/

/** Whom a message comes from. */
export interface Sender {
  /** Shown beside the address; '' for none. */
  name: string
  address: string
}

/**
 * Whether a value is an address a message can be sent to: an unquoted local part, `@` and a domain
 * (RFC 5321, 4.1.2), without anything that could end a header or a command.
 */
export function isMailAddress(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 254) return false
  const at = value.lastIndexOf('@')
  const domain = asciiDomain(value.slice(at + 1))
  return LOCAL_PART.test(value.slice(0, Math.max(0, at))) && isHost(domain) && isIP(domain) === 0
}

/**
 * Reads `muster@example.com` or `Muster <muster@example.com>`; null for anything else.
 */
export function readSender(text: string): Sender | null {
  if (isMailAddress(text)) return { name: '', address: text }
  const [, name, address] = NAMED.exec(text) ?? []
  return name && DISPLAY_NAME.test(name) && isMailAddress(address) ? { name, address } : null
}

/** A domain of other letters in the form that host names have (RFC 5890). */
function asciiDomain(domain: string): string {
  return /^[\p{L}\p{N}.-]+$/u.test(domain) && URL.canParse(`http://${domain}`)
    ? new URL(`http://${domain}`).hostname
    : domain
}
