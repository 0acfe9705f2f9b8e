import { parsePage, takeRegions } from './regions.js'

/** How long what could not be brought onto the page waits for its next try, in milliseconds. */
const AGAIN_MS = 1_000

/** How long after a connection was refused it is tried again, in milliseconds. */
const RETRY_MS = 2_000

let followers = 0
let source: EventSource | null = null
/** The mark of what the page shows: the server sends what is other than that. */
let seen = ''
let timer = 0

/**
 * Follows this page at its server, for as long as someone does: the parts that follow it come and
 * go as regions are replaced, the connection stays.
 *
 * @param mark of what the server rendered into the page
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
  if (document.hidden) return
  const url = new URL(window.location.href)
  url.searchParams.set('seen', seen)
  source = new EventSource(url)
  source.addEventListener('page', (event) => {
    // In another tab the person went on to another team: all of the page is of that one now.
    if (seen && teamOf(seen) !== teamOf(event.lastEventId)) window.location.reload()
    seen = event.lastEventId
    take(parsePage(JSON.parse(event.data)))
  })
  source.addEventListener('error', () => {
    if (source?.readyState === EventSource.CLOSED) retry()
  })
}

function teamOf(mark: string) {
  return mark.split('.')[0]
}

function disconnect() {
  source?.close()
  source = null
  window.clearTimeout(timer)
}

/** Whoever is choosing something finds the rest as it was until that is done. */
function take(fresh: Document) {
  window.clearTimeout(timer)
  if (takeRegions(fresh)) timer = window.setTimeout(() => take(fresh), AGAIN_MS)
}

/**
 * The page itself tells why there is no more of it, such as that one is logged out; a panel that is
 * just starting is waited for.
 */
function retry() {
  timer = window.setTimeout(async () => {
    const page = await fetch(window.location.href, { headers: { accept: 'text/html' } }).catch(
      () => null
    )
    if (!page || page.status >= 500) retry()
    else if (page.ok && !page.redirected) connect()
    else window.location.reload()
  }, RETRY_MS)
}

document.addEventListener('visibilitychange', () => {
  if (followers > 0) connect()
})
window.addEventListener('pagehide', disconnect)
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted && followers > 0) connect()
})
