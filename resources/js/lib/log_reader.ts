import { formatNumber, plural } from './format.js'
import { LogBuffer } from './log_buffer.js'
import { LogView } from './log_view.js'
import { fetchLogSlice } from './run_streams.js'

const SLICE_BYTES = 512 * 1024
const WRAP_KEY = 'log-wrap'

/** No more of a log is held than this, with some room until the first lines go, in bytes. */
const MOST_BYTES = 32 * 1024 * 1024
const ROOM_BYTES = 8 * 1024 * 1024

/** What the markup shows of the reader's state. */
export interface LogReaderChange {
  fresh?: string
  matches?: string
  following?: boolean
  /** The number of the line that is linked to; 0 for none. */
  target?: number
  /** What a reader has to know of the whole. */
  notice?: string
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
  #target = 0
  #matches: number[] = []
  #current = -1
  #query = ''
  #searched = 0
  #frame = 0
  #ending = new AbortController()
  #resizing: ResizeObserver

  /**
   * `root` carries `data-offset` and `data-end` (the bytes where its text begins and ends),
   * `data-line` (how many lines are before) and a `[data-log-text]` block with that text as JSON.
   * `tell` hears of changes that the markup shows.
   */
  constructor(element: HTMLElement, root: HTMLElement, tell: (change: LogReaderChange) => void) {
    const { offset = '0', end, line = '0' } = root.dataset
    this.#element = element
    this.#tell = tell
    this.#tail = JSON.parse(root.querySelector('[data-log-text]')?.textContent || '""')
    this.#buffer = new LogBuffer(Number(offset), Number(line))
    this.#buffer.append(this.#tail, end ? Number(end) : undefined)
    this.#whole = Number(offset) === 0
    root.classList.add('log--windowed')
    this.#view = new LogView(element, this.#buffer)
    this.#view.show(this.#buffer)
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
    return this.#buffer.before + this.#buffer.length
  }

  get wrapsByHabit() {
    const habit = localStorage.getItem(WRAP_KEY)
    return habit === null ? window.matchMedia('(width < 720px)').matches : habit === 'on'
  }

  destroy() {
    this.#ending.abort()
    this.#resizing.disconnect()
  }

  /** @param end the byte behind the text, when it is text of the log */
  append(text: string, end?: number) {
    this.#buffer.append(text, end)
    if (!this.#whole) {
      this.#tail += text
    }
    this.#drawSoon()
  }

  /**
   * Fetches what lies before the tail, as far as it is held, and shows the whole.
   */
  async fetchEarlier(logUrl: string | undefined) {
    if (this.#whole || !logUrl) {
      return
    }
    const until = this.#buffer.start
    let whole: LogBuffer | null = null
    let from = Math.max(0, this.#buffer.end - MOST_BYTES)
    while (from < until) {
      const url = sliceUrl(logUrl, { from, until, aligned: whole === null })
      const slice = await fetchLogSlice(url).catch(() => null)
      if (!slice || slice.next <= slice.offset || this.#ending.signal.aborted) {
        return
      }
      whole ??= new LogBuffer(slice.offset, slice.line)
      whole.append(slice.text, slice.next)
      from = slice.next
    }
    if (whole) {
      whole.append(this.#tail, this.#buffer.end)
      this.#showWhole(whole)
    }
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
    const added = this.#buffer.before - whole.before
    const first = this.#view.firstLine + added
    this.#buffer = whole
    this.#tail = ''
    this.#whole = true
    this.#seen += added
    this.#view.show(whole)
    this.#noticeWhatIsMissing()
    if (this.#query !== '') {
      this.search(this.#query)
    }
    if (this.#following) {
      this.#view.scrollToEnd()
    } else {
      this.#view.scrollToTop(first)
    }
    if (this.#target === 0) {
      this.#goToHash()
    } else {
      this.#view.mark({ targetLine: this.#indexOf(this.#target) })
    }
  }

  #drawSoon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0
      this.#forgetFirstLines()
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

  /** A log without end may not take the browser's memory with it. */
  #forgetFirstLines() {
    if (!this.#whole || this.#buffer.end - this.#buffer.start <= MOST_BYTES + ROOM_BYTES) {
      return
    }
    const first = this.#view.firstLine
    const gone = this.#buffer.keepLast(MOST_BYTES)
    this.#seen = Math.max(0, this.#seen - gone)
    this.#searched = -1
    const { currentLine, targetLine } = { currentLine: -1, targetLine: this.#indexOf(this.#target) }
    this.#view.show(this.#buffer)
    this.#view.mark({ currentLine, targetLine })
    this.#view.scrollToTop(Math.max(0, first - gone))
    this.#noticeWhatIsMissing()
  }

  #noticeWhatIsMissing() {
    const { before } = this.#buffer
    const notice = `This log is long. Its first ${plural(before, 'line')} are in the download and not here.`
    this.#tell({ notice: before > 0 ? notice : '' })
  }

  #indexOf(lineNumber: number) {
    return Math.max(-1, lineNumber - 1 - this.#buffer.before)
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
    const match = /^#L(\d{1,9})$/.exec(window.location.hash)
    if (!match) {
      return
    }
    const number = Number(match[1])
    const index = this.#indexOf(number)
    if (index >= 0) {
      this.#goToLine(index)
    } else if (this.#whole && this.#buffer.before > 0) {
      this.#tell({ notice: `Line ${formatNumber(number)} is in the download and not here.` })
    }
  }

  #seek(event: CustomEvent<{ offset: number }>) {
    this.#goToLine(this.#buffer.indexOfOffset(event.detail.offset))
  }

  #goToLine(index: number) {
    if (index >= 0 && index < this.#buffer.length) {
      this.#target = this.#buffer.before + index + 1
      this.#stopFollowing()
      this.#tell({ target: this.#target })
      this.#view.mark({ targetLine: index })
      this.#view.scrollToLine(index)
    }
  }
}

function sliceUrl(
  logUrl: string,
  { from, until, aligned }: { from: number; until: number; aligned: boolean }
) {
  const url = new URL(logUrl, window.location.href)
  url.searchParams.set('from', String(from))
  url.searchParams.set('limit', String(Math.min(SLICE_BYTES, until - from)))
  if (aligned) {
    url.searchParams.set('align', 'line')
  }
  return url.href
}
