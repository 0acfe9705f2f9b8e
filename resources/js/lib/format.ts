/**
 * How numbers and times are said, the same on the server and in the browser.
 */

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** What a calendar and a clock show at a moment. */
interface LocalTime {
  year: number
  /** From 1. */
  month: number
  day: number
  /** Such as "17:07:38". */
  clock: string
  /** How far the clock is from UTC: "UTC", "UTC-4", "UTC+5:45". */
  offset: string
}

const calendars = new Map<string, Intl.DateTimeFormat>()

/** The calendar of a zone; of UTC for a name that this machine does not know. */
function calendarOf(zone: string): Intl.DateTimeFormat {
  let calendar = calendars.get(zone)
  if (!calendar) {
    try {
      calendar = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        timeZoneName: 'shortOffset',
      })
    } catch {
      calendar = calendarOf('UTC')
    }
    calendars.set(zone, calendar)
  }
  return calendar
}

const QUARTER = 15 * MINUTE

/** A page says many moments of the same hour; the calendar of a zone is slow, and knows each quarter once. */
const quarters = new Map<string, LocalTime>()
const MOST_QUARTERS = 500

/** Clocks differ from UTC by quarters of hours, so that within one nothing but minutes and seconds change. */
function localTime(at: Date, zone: string): LocalTime {
  const start = Math.floor(at.getTime() / QUARTER) * QUARTER
  const key = `${zone} ${start}`
  let quarter = quarters.get(key)
  if (!quarter) {
    quarter = readCalendar(new Date(start), zone)
    if (quarters.size >= MOST_QUARTERS) quarters.clear()
    quarters.set(key, quarter)
  }
  const seconds = Math.floor((at.getTime() - start) / SECOND)
  const minute = Number(quarter.clock.slice(3, 5)) + Math.floor(seconds / 60)
  // Long ago, clocks went by the sun.
  if (minute > 59 || !quarter.clock.endsWith(':00')) return readCalendar(at, zone)
  return { ...quarter, clock: `${quarter.clock.slice(0, 3)}${two(minute)}:${two(seconds % 60)}` }
}

const two = (number: number) => String(number).padStart(2, '0')

function readCalendar(at: Date, zone: string): LocalTime {
  const parts: Record<string, string> = {}
  for (const { type, value } of calendarOf(zone).formatToParts(at)) parts[type] = value
  return {
    year: Number(parts.year),
    month: Number(parts.month),
    day: Number(parts.day),
    clock: `${parts.hour}:${parts.minute}:${parts.second}`,
    offset: parts.timeZoneName.replace('GMT', 'UTC').replace(/^UTC\+0$/, 'UTC'),
  }
}

/**
 * Says how far a moment is from now: "just now", "3 min ago", "in 2 h", "4 Mar 2026".
 *
 * @param zone the IANA name of the zone that days are counted in
 */
export function relativeTime(at: Date, now: Date = new Date(), zone = 'UTC'): string {
  const distance = now.getTime() - at.getTime()
  const size = Math.abs(distance)
  if (size < 45 * SECOND) {
    return distance < 0 ? 'in a moment' : 'just now'
  }
  if (size >= 7 * DAY) {
    const { year, month, day } = localTime(at, zone)
    const words = `${day} ${MONTHS[month - 1]}`
    return year === localTime(now, zone).year ? words : `${words} ${year}`
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
 * Says a moment exactly: "20 Nov 2026, 17:07:38 UTC+1". The offset tells apart the two hours that
 * have the same name when clocks are set back.
 *
 * @param zone the IANA name of the zone; UTC for one that this machine does not know
 */
export function exactTime(at: Date, zone = 'UTC'): string {
  const { year, month, day, clock, offset } = localTime(at, zone)
  return `${day} ${MONTHS[month - 1]} ${year}, ${clock} ${offset}`
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

/** What differs by less is not worth saying, in milliseconds. */
const LEAST_CHANGE_MS = 500

/** What differs by less is not worth a colour: a share of what is usual, and milliseconds. */
const NOTABLE_SHARE = 0.25
const NOTABLE_MS = 2 * SECOND

/**
 * Says how a length of time differs from what is usual, both in milliseconds: "+18 s", "−0.8 s"; null
 * when it hardly does, or when nothing is usual. The tone is for what differs much.
 */
export function formatChange(
  took: number | null | undefined,
  usual: number | null | undefined
): { text: string; tone: 'warning' | 'success' | null } | null {
  if (typeof took !== 'number' || typeof usual !== 'number') return null
  const change = took - usual
  const size = Math.abs(change)
  if (size < LEAST_CHANGE_MS) return null
  const notable = size > NOTABLE_MS && size > usual * NOTABLE_SHARE
  const tone = change > 0 ? 'warning' : 'success'
  return {
    text: `${change > 0 ? '+' : '−'}${formatDuration(size)}`,
    tone: notable ? tone : null,
  }
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
