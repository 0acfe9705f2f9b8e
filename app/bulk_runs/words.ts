/**
 * A number of servers, of how many when not of all: "1 server", "3 of 50 servers".
 */
export function serversWords(count: number, total = count): string {
  const noun = total === 1 ? 'server' : 'servers'
  return count === total ? `${count} ${noun}` : `${count} of ${total} ${noun}`
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const

/**
 * A number of seconds in its two largest units: "3 d 4 h", "38 s".
 */
export function durationWords(seconds: number): string {
  const whole = Math.max(0, Math.round(Number.isFinite(seconds) ? seconds : 0))
  const first = UNITS.findIndex(([, size]) => whole >= size)
  if (first === -1) return '0 s'
  let left = whole
  const parts = UNITS.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(left / size)
    left -= count * size
    return count > 0 ? `${count} ${unit}` : ''
  })
  return parts.filter(Boolean).join(' ')
}
