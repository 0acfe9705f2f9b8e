import {
  RunStream,
  type EventSourceLike,
  type LogSlice,
  type RunStreamListener,
} from './run_stream.js'

const SILENCE = 20_000

interface Joined {
  logUrl?: string
  offset?: number
  listeners: RunStreamListener[]
  stream: RunStream | null
}

const streams = new Map<string, Joined>()

/**
 * Joins the one stream of a run that all components of the page share. Components that start
 * together are gathered first, so that the stream begins where the log on the page ends.
 */
export function joinRunStream(
  eventsUrl: string,
  listener: RunStreamListener,
  log?: { logUrl: string; offset: number }
) {
  const joined = streams.get(eventsUrl) ?? { listeners: [], stream: null }
  if (!streams.has(eventsUrl)) {
    streams.set(eventsUrl, joined)
    queueMicrotask(() => start(eventsUrl, joined))
  }
  if (joined.stream) {
    joined.stream.listen(listener)
  } else {
    joined.listeners.push(listener)
    Object.assign(joined, log)
  }
}

function start(eventsUrl: string, joined: Joined) {
  const stream = new RunStream({
    eventsUrl,
    logUrl: joined.logUrl,
    offset: joined.offset,
    connect: (url) => new EventSource(url) as unknown as EventSourceLike,
    fetchSlice: fetchLogSlice,
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  })
  joined.stream = stream
  joined.listeners.forEach((listener) => stream.listen(listener))
  stream.open()
  keepAwake(stream)
}

/**
 * Fetches a slice of a run's log; `line`, how many lines are before it, is there when the address
 * asks for whole lines.
 */
export async function fetchLogSlice(
  url: string
): Promise<LogSlice & { size: number; line?: number }> {
  const response = await fetch(url, { headers: { accept: 'application/json' } })
  if (!response.ok) {
    throw new Error(`The log answered ${response.status}`)
  }
  return response.json()
}

/** After sleep, or when the network is back, an old socket is not waited for. */
function keepAwake(stream: RunStream) {
  let last = Date.now()
  setInterval(() => {
    const slept = Date.now() - last > SILENCE
    last = Date.now()
    if (slept) stream.open()
  }, 5000)
  window.addEventListener('online', () => stream.open())
  window.addEventListener('pagehide', () => stream.close())
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) stream.open()
  })
}
