import { parsePage, takeRegions } from './regions.js'

/** How long what could not be brought onto the page waits for its next try, in milliseconds. */
const AGAIN_MS = 1_000

/** How long after a connection was refused it is tried again, in milliseconds. */
const RETRY_MS = 2_000

let followers = 0
let source: EventSource | null = null
/** The mark of what the page shows: the server sends what is other than that. */
let seen = ''
let retrying = 0
let taking = 0

/**
 * Follows this page at its server, for as long as someone does: the parts that follow it come and
 * go as regions are replaced, the connection stays.
 *
 * @param mark of what the server rendered into the page; empty when that holds what is said once
 * @returns the end of following
 */
export function followPage(mark: string): () => void {
  followers++
  if (source === null) {
    seen = mark
    connect()
  }
  return () => {
    followers--
    window.setTimeout(() => followers === 0 && disconnect())
  }
}

function connect() {
  disconnect()
  // What nobody sees needs no connection; browsers have few of them for one host.
  if (document.hidden || followers === 0) return
  source = new EventSource(addressOf(seen))
  source.addEventListener('mark', ({ lastEventId }) => (seen = lastEventId))
  source.addEventListener('page', ({ lastEventId, data }) => {
    // In another tab the person went on to another team: all of the page is of that one now.
    if (teamOf(seen) !== teamOf(lastEventId)) return window.location.reload()
    seen = lastEventId
    take(parsePage(JSON.parse(data)))
  })
  source.addEventListener('error', () => {
    if (source?.readyState === EventSource.CLOSED) retry()
  })
}

function disconnect() {
  source?.close()
  source = null
  window.clearTimeout(retrying)
}

/** Whoever is at something finds the rest as it was until that is done. */
function take(fresh: Document) {
  window.clearTimeout(taking)
  if (takeRegions(fresh)) taking = window.setTimeout(() => take(fresh), AGAIN_MS)
}

/**
 * The page itself tells why there is no more of it, such as that one is logged out; a panel that is
 * just starting is waited for.
 */
function retry() {
  retrying = window.setTimeout(async () => {
    const status = await statusOf(addressOf(seen))
    if (status === 200) connect()
    else if (status >= 500) retry()
    else window.location.reload()
  }, RETRY_MS)
}

/** What the stream would answer; 503 for a panel that does not answer. */
async function statusOf(address: URL): Promise<number> {
  const asking = new AbortController()
  const { signal } = asking
  try {
    const { status } = await fetch(address, { headers: { accept: 'text/event-stream' }, signal })
    return status
  } catch {
    return 503
  } finally {
    asking.abort()
  }
}

function addressOf(mark: string): URL {
  const url = new URL(window.location.href)
  url.searchParams.set('seen', mark)
  return url
}

function teamOf(mark: string) {
  return mark.split('.')[0]
}

document.addEventListener('visibilitychange', connect)
window.addEventListener('pagehide', disconnect)
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) connect()
})
