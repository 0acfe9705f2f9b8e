/** A piece of a run's log. `offset` and `next` are byte positions in the stored log. */
export interface LogSlice {
  offset: number
  next: number
  text: string
}

/** One step of a run, as the server tells it. Times are ISO 8601. */
export interface RunStep {
  position: number
  name: string
  title: string
  state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped'
  startedAt: string | null
  finishedAt: string | null
  offset: number | null
}

/** Where a run stands. */
export interface RunState {
  state: string
  label: string
  tone: string
  startedAt: string | null
  finishedAt: string | null
  unreachableSince: string | null
  exitCode: number | null
}

export type Connection = 'connecting' | 'live' | 'lost' | 'ended'

/** What a listener may hear. */
export interface RunStreamListener {
  log?(text: string, offset: number, next: number): void
  gap?(from: number, to: number): void
  steps?(steps: RunStep[]): void
  state?(state: RunState): void
  connection?(connection: Connection): void
  end?(): void
}

/** The part of the browser's EventSource that the stream uses. */
export interface EventSourceLike {
  onopen: (() => void) | null
  onerror: (() => void) | null
  addEventListener(type: string, listener: (event: { data: string }) => void): void
  close(): void
}

export interface RunStreamOptions {
  eventsUrl: string
  /** Where slices of the log are fetched. Without it the stream carries steps and states only. */
  logUrl?: string
  /** The first byte that is not on the page yet. */
  offset?: number
  connect(url: string): EventSourceLike
  fetchSlice(url: string): Promise<LogSlice>
  wait(milliseconds: number): Promise<void>
}

const SLICE_BYTES = 256 * 1024
const MAX_WAIT = 10_000
const MAX_FRUITLESS = 5

/**
 * Follows one run. Events may come late, twice, or with something missing between them; listeners
 * get every byte of the log once and in order. What was heard already is ignored, what is missing
 * is fetched from the log by offset. A lost connection is made again from the first missing byte.
 */
export class RunStream {
  #options: RunStreamOptions
  #listeners = new Set<RunStreamListener>()
  #source: EventSourceLike | null = null
  #have: number
  #queue: (LogSlice | 'end')[] = []
  #draining = false
  #failures = 0
  #attempt = 0
  #ending = false
  #connection: Connection = 'connecting'

  constructor(options: RunStreamOptions) {
    this.#options = options
    this.#have = options.offset ?? 0
  }

  /** The first byte of the log that listeners have not got yet. */
  get offset() {
    return this.#have
  }

  get connection() {
    return this.#connection
  }

  listen(listener: RunStreamListener): () => void {
    this.#listeners.add(listener)
    listener.connection?.(this.#connection)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Connects, or connects anew when a connection stands: after sleep a socket may look alive and
   * carry nothing.
   */
  open() {
    if (this.#ending) {
      return
    }
    this.#source?.close()
    const attempt = ++this.#attempt
    const source = this.#options.connect(this.#url())
    this.#source = source
    const current = (handle: (data: string) => void) => (event: { data: string }) => {
      if (attempt === this.#attempt) {
        this.#failures = 0
        this.#setConnection('live')
        handle(event.data)
      }
    }
    source.onopen = () => current(() => {})({ data: '' })
    source.onerror = () => this.#lost(attempt)
    source.addEventListener(
      'log',
      current((data) => this.#enqueue(parse<LogSlice>(data)))
    )
    source.addEventListener(
      'steps',
      current((data) => {
        const steps = parse<RunStep[]>(data)
        if (steps) this.#tell((listener) => listener.steps?.(steps))
      })
    )
    source.addEventListener(
      'state',
      current((data) => {
        const state = parse<RunState>(data)
        if (state) this.#tell((listener) => listener.state?.(state))
      })
    )
    source.addEventListener(
      'end',
      current(() => {
        this.#ending = true
        this.close()
        this.#enqueue('end')
      })
    )
  }

  close() {
    this.#attempt++
    this.#source?.close()
    this.#source = null
  }

  #url() {
    if (!this.#options.logUrl) {
      return this.#options.eventsUrl
    }
    return withQuery(this.#options.eventsUrl, { offset: this.#have })
  }

  async #lost(attempt: number) {
    if (attempt !== this.#attempt) {
      return
    }
    this.#attempt++
    this.#source?.close()
    this.#setConnection('lost')
    const waiting = this.#attempt
    await this.#pause()
    if (waiting === this.#attempt) {
      this.open()
    }
  }

  #pause() {
    const delay = Math.min(MAX_WAIT, 500 * 2 ** this.#failures)
    this.#failures++
    return this.#options.wait(delay)
  }

  #enqueue(item: LogSlice | 'end' | null) {
    if (item && (item === 'end' || this.#options.logUrl)) {
      this.#queue.push(item)
      void this.#drain()
    }
  }

  async #drain() {
    if (this.#draining) {
      return
    }
    this.#draining = true
    while (this.#queue.length > 0) {
      const item = this.#queue[0]
      if (item === 'end') {
        await this.#fetchRest()
        this.#finish()
      } else {
        await this.#take(item)
      }
      this.#queue.shift()
    }
    this.#draining = false
  }

  async #take(slice: LogSlice) {
    let fruitless = 0
    while (this.#have < slice.next) {
      if (this.#have === slice.offset) {
        this.#deliver(slice)
      } else if (fruitless === MAX_FRUITLESS) {
        const from = this.#have
        this.#have = Math.max(from, slice.offset)
        this.#tell((listener) => listener.gap?.(from, this.#have))
        this.#deliver({ ...slice, offset: this.#have })
      } else if (!(await this.#fetchNext())) {
        fruitless++
        await this.#pause()
      }
    }
  }

  /** After the end: whatever the log holds beyond the last event. */
  async #fetchRest() {
    let fruitless = 0
    while (this.#options.logUrl && fruitless < MAX_FRUITLESS) {
      const fetched = await this.#fetchNext()
      if (fetched === 0) {
        return
      }
      if (fetched === null) {
        fruitless++
        await this.#pause()
      }
    }
  }

  /** Fetches the slice at the first missing byte. Returns how many bytes came, null on failure. */
  async #fetchNext(): Promise<number | null> {
    try {
      const url = withQuery(this.#options.logUrl!, { from: this.#have, limit: SLICE_BYTES })
      const slice = await this.#options.fetchSlice(url)
      if (slice.offset !== this.#have) {
        return null
      }
      const length = slice.next - slice.offset
      if (length > 0) {
        this.#failures = 0
        this.#deliver(slice)
      }
      return length
    } catch {
      return null
    }
  }

  #deliver(slice: LogSlice) {
    this.#have = slice.next
    this.#tell((listener) => listener.log?.(slice.text, slice.offset, slice.next))
  }

  #finish() {
    this.#setConnection('ended')
    this.#tell((listener) => listener.end?.())
  }

  #setConnection(connection: Connection) {
    if (this.#connection !== connection) {
      this.#connection = connection
      this.#tell((listener) => listener.connection?.(connection))
    }
  }

  #tell(say: (listener: RunStreamListener) => void) {
    for (const listener of this.#listeners) {
      say(listener)
    }
  }
}

function parse<T>(data: string): T | null {
  try {
    return JSON.parse(data) as T
  } catch {
    return null
  }
}

function withQuery(url: string, query: Record<string, number>) {
  const separator = url.includes('?') ? '&' : '?'
  const parts = Object.entries(query).map(([key, value]) => `${key}=${value}`)
  return `${url}${separator}${parts.join('&')}`
}
