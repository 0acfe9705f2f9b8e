import type { ServerStatus } from '#app/servers/statuses'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** A server that answers is asked for all its facts again after this, in milliseconds. */
export const FACTS_LAST = 15 * MINUTE

/**
 * When the panel looks at a server again by itself. One that answers: each minute. One that does
 * not: after 15 s, then twice as long each time, up to 5 min. One that refuses the login: after
 * 10 min, because servers lock out who insists. One that offers another host key: not before a
 * person has acted.
 *
 * @param failures looks in a row that did not reach it
 * @param now milliseconds
 * @param random from 0 up to 1: servers that went together are not looked at together
 * @returns milliseconds, or null for never
 */
export function nextCheckAfter(
  status: ServerStatus,
  failures: number,
  now: number = Date.now(),
  random: () => number = Math.random
): number | null {
  switch (status) {
    case 'unconfirmed':
    case 'host_key_changed':
      return null
    case 'reachable':
      return Math.round(now + MINUTE * (0.95 + 0.1 * random()))
    case 'auth_failed':
      return Math.round(now + 10 * MINUTE + MINUTE * random())
    case 'no_root':
      return Math.round(now + 5 * MINUTE * (0.9 + 0.2 * random()))
    case 'unreachable': {
      const pause = 15 * SECOND * 2 ** Math.min(10, Math.max(0, failures - 1))
      const jittered = pause * (0.8 + 0.4 * random())
      return Math.round(now + Math.min(5 * MINUTE, Math.max(15 * SECOND, jittered)))
    }
  }
}
