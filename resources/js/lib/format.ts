/**
 * How numbers and times are said, the same on the server and in the browser.
 */

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * Says how far a moment is from now: "just now", "3 min ago", "in 2 h", "4 Mar 2026".
 */
export function relativeTime(at: Date, now: Date = new Date()): string {
  const distance = now.getTime() - at.getTime()
  const size = Math.abs(distance)
  if (size < 45 * SECOND) {
    return distance < 0 ? 'in a moment' : 'just now'
  }
  if (size >= 7 * DAY) {
    const day = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`
    return at.getUTCFullYear() === now.getUTCFullYear() ? day : `${day} ${at.getUTCFullYear()}`
  }
  let words: string
  if (size < 59.5 * MINUTE) {
    words = `${Math.max(1, Math.round(size / MINUTE))} min`
  } else if (size < 23.5 * HOUR) {
    words = `${Math.round(size / HOUR)} h`
  } else {
    words = `${Math.round(size / DAY)} d`
  }
  return distance < 0 ? `in ${words}` : `${words} ago`
}

/**
 * Says a moment exactly, in UTC: "20 Nov 2026, 17:07:38 UTC".
 */
export function exactTime(at: Date): string {
  const clock = at.toISOString().slice(11, 19)
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}, ${clock} UTC`
}

/**
 * Says a length of time given in milliseconds: "0.4 s", "42 s", "3 min 05 s", "2 h 05 min".
 */
export function formatDuration(milliseconds: number): string {
  const duration = Math.max(0, milliseconds)
  if (duration < 9950) {
    return `${(duration / SECOND).toFixed(1)} s`
  }
  const seconds = Math.round(duration / SECOND)
  if (seconds < 60) {
    return `${seconds} s`
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
  }
  const minutes = Math.round(seconds / 60)
  if (minutes < 48 * 60) {
    return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
  }
  return `${Math.round(minutes / 60 / 24)} d`
}

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/**
 * Says a number of bytes in binary units: "812 B", "4.2 MiB", "118 GiB".
 */
export function formatBytes(bytes: number): string {
  let size = Math.max(0, bytes)
  let unit = 0
  while (size >= 1023.5 && unit < SIZES.length - 1) {
    size /= 1024
    unit++
  }
  if (unit === 0) {
    return `${Math.round(size)} B`
  }
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${SIZES[unit]}`
}

/**
 * Writes a whole number with thin groups: 100000 becomes "100,000".
 */
export function formatNumber(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/**
 * Says a number of things: "1 server", "3 servers".
 */
export function plural(count: number, one: string, many: string = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`
}
