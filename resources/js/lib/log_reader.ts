import { plural } from './format.js'
import { LogBuffer } from './log_buffer.js'
import { LogView } from './log_view.js'
import { fetchLogSlice } from './run_streams.js'

const SLICE_BYTES = 512 * 1024
const WRAP_KEY = 'log-wrap'

/** What the markup shows of the reader's state. */
export interface LogReaderChange {
  fresh?: string
  matches?: string
  following?: boolean
}

/**
 * Reads a log on a page: takes what arrives, keeps the reader's place, finds text. It starts from
 * the tail that the server rendered and fetches what lies before it.
 */
export class LogReader {
  #view: LogView
  #element: HTMLElement
  #buffer: LogBuffer
  #tail: string
  #whole: boolean
  #tell: (change: LogReaderChange) => void
  #following = false
  #seen = 0
  #matches: number[] = []
  #current = -1
  #query = ''
  #searched = 0
  #frame = 0
  #ending = new AbortController()
  #resizing: ResizeObserver

  /**
   * `root` carries `data-offset` (the byte where its text begins) and a `[data-log-text]` block
   * with that text as JSON. `tell` hears of changes that the markup shows.
   */
  constructor(element: HTMLElement, root: HTMLElement, tell: (change: LogReaderChange) => void) {
    const offset = Number(root.dataset.offset ?? 0)
    this.#element = element
    this.#tell = tell
    this.#tail = JSON.parse(root.querySelector('[data-log-text]')?.textContent || '""')
    this.#buffer = new LogBuffer(offset)
    this.#buffer.append(this.#tail)
    this.#whole = offset === 0
    root.classList.add('log--windowed')
    this.#view = new LogView(element, this.#buffer)
    this.#view.show(this.#buffer, { numbered: this.#whole })
    this.#view.scrollToEnd()
    this.#seen = this.#buffer.length
    this.#resizing = new ResizeObserver(() => this.#resized())
    this.#resizing.observe(element)
    void document.fonts.ready.then(() => this.#resized())
    const { signal } = this.#ending
    window.addEventListener('hashchange', () => this.#goToHash(), { signal })
    document.addEventListener('run:seek', (event) => this.#seek(event as CustomEvent), { signal })
    this.#goToHash()
  }

  /** The byte position behind the last byte shown. */
  get end() {
    return this.#buffer.end
  }

  get lineCount() {
    return this.#buffer.length
  }

  get wrapsByHabit() {
    const habit = localStorage.getItem(WRAP_KEY)
    return habit === null ? window.matchMedia('(width < 720px)').matches : habit === 'on'
  }

  destroy() {
    this.#ending.abort()
    this.#resizing.disconnect()
  }

  append(text: string) {
    this.#buffer.append(text)
    if (!this.#whole) {
      this.#tail += text
    }
    this.#drawSoon()
  }

  /**
   * Fetches what lies before the tail, then shows the whole with line numbers.
   */
  async fetchEarlier(logUrl: string | undefined) {
    if (this.#whole || !logUrl) {
      return
    }
    const until = this.#buffer.start
    const whole = new LogBuffer()
    while (whole.end < until) {
      const limit = Math.min(SLICE_BYTES, until - whole.end)
      const separator = logUrl.includes('?') ? '&' : '?'
      const url = `${logUrl}${separator}from=${whole.end}&limit=${limit}`
      const slice = await fetchLogSlice(url).catch(() => null)
      if (!slice || slice.next <= slice.offset || this.#ending.signal.aborted) {
        return
      }
      whole.append(slice.text)
    }
    whole.append(this.#tail)
    this.#showWhole(whole)
  }

  follow(following: boolean) {
    this.#following = following
    if (following) {
      this.#view.scrollToEnd()
      this.#sawAll()
    }
  }

  wrap(wraps: boolean) {
    localStorage.setItem(WRAP_KEY, wraps ? 'on' : 'off')
    const atEnd = this.#view.atEnd
    this.#element.closest('.log')?.classList.toggle('log--wrap', wraps)
    this.#view.wrap(wraps)
    if (atEnd) {
      this.#view.scrollToEnd()
    }
  }

  /**
   * After the element scrolled: whether the log is followed from here. Who scrolls back reads; who
   * returns to the end of a log that grows follows it again.
   */
  scrolled(live: boolean): boolean {
    const byReader = this.#view.movedByReader
    this.#view.draw()
    if (this.#view.atEnd) {
      this.#sawAll()
    }
    if (byReader) {
      this.#following = live && this.#view.atEnd
    }
    return this.#following
  }

  search(query: string) {
    this.#query = query
    this.#find(this.#view.firstLine)
    this.#showMatch()
  }

  step(direction: 1 | -1) {
    if (this.#searched !== this.#buffer.length) {
      this.#find(this.#matches[this.#current] ?? 0)
    }
    const count = this.#matches.length
    if (count > 0) {
      this.#current = (this.#current + direction + count) % count
      this.#showMatch()
    }
  }

  /** Finds all matches; the first at or behind `from` is the current one. */
  #find(from: number) {
    this.#searched = this.#buffer.length
    this.#matches = this.#buffer.search(this.#query)
    const next = this.#matches.findIndex((index) => index >= from)
    this.#current = next === -1 && this.#matches.length > 0 ? 0 : next
  }

  #showMatch() {
    const found = this.#matches[this.#current] ?? -1
    this.#view.mark({ query: this.#query, currentLine: found })
    if (found >= 0) {
      this.#stopFollowing()
      this.#view.scrollToLine(found)
    }
    const count = this.#matches.length
    const place = count === 0 ? 'None' : `${this.#current + 1} of ${count}`
    this.#tell({ matches: this.#query === '' ? '' : place })
  }

  #showWhole(whole: LogBuffer) {
    const added = whole.length - this.#buffer.length
    const first = this.#view.firstLine + added
    this.#buffer = whole
    this.#tail = ''
    this.#whole = true
    this.#seen += added
    this.#view.show(whole, { numbered: true })
    if (this.#query !== '') {
      this.search(this.#query)
    }
    if (this.#following) {
      this.#view.scrollToEnd()
    } else {
      this.#view.scrollToTop(first)
    }
    this.#goToHash()
  }

  #drawSoon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0
      if (this.#following) {
        this.#view.scrollToEnd()
        this.#sawAll()
      } else {
        this.#view.draw()
        const count = this.#buffer.length - this.#seen
        this.#tell({ fresh: count > 0 ? plural(count, 'new line') : '' })
      }
    })
  }

  #sawAll() {
    this.#seen = this.#buffer.length
    this.#tell({ fresh: '' })
  }

  #stopFollowing() {
    this.#following = false
    this.#tell({ following: false })
  }

  #resized() {
    const atEnd = this.#view.atEnd
    this.#view.resize()
    if (this.#following || atEnd) {
      this.#view.scrollToEnd()
    }
  }

  #goToHash() {
    const match = /^#L(\d+)$/.exec(window.location.hash)
    if (match && this.#whole) {
      this.#goToLine(Number(match[1]) - 1)
    }
  }

  #seek(event: CustomEvent<{ offset: number }>) {
    this.#goToLine(this.#buffer.indexOfOffset(event.detail.offset))
  }

  #goToLine(index: number) {
    if (index >= 0 && index < this.#buffer.length) {
      this.#stopFollowing()
      this.#view.mark({ targetLine: index })
      this.#view.scrollToLine(index)
    }
  }
}
