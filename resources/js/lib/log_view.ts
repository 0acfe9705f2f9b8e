import { HeightIndex } from './height_index.js'
import type { LogBuffer } from './log_buffer.js'
import { createLogRow, MAX_CHARACTERS, type LogMarks } from './log_row.js'

const ROW = 20
const OVERSCAN = 24

/**
 * A window over the lines of a log: only the rows in sight are in the document. The text of a row
 * enters the document as text nodes, nothing else.
 */
export class LogView {
  #view: HTMLElement
  #space: HTMLElement
  #window: HTMLElement
  #buffer: LogBuffer
  #heights = new HeightIndex(ROW)
  #rows = new Map<number, HTMLElement>()
  #marks: LogMarks = { query: '', currentLine: -1, targetLine: -1 }
  #wraps = false
  #columns = 0
  #unfinished = -1
  #placed = 0

  /**
   * `view` is the scrolling element, with a `[data-log-space]` that has the height of the whole log
   * and a `[data-log-window]` in it for the rows in sight.
   */
  constructor(view: HTMLElement, buffer: LogBuffer) {
    this.#view = view
    this.#space = view.querySelector<HTMLElement>('[data-log-space]')!
    this.#window = view.querySelector<HTMLElement>('[data-log-window]')!
    this.#buffer = buffer
    this.#window.replaceChildren()
  }

  /** Whether the last line is in sight. */
  get atEnd() {
    return this.#view.scrollTop + this.#view.clientHeight >= this.#view.scrollHeight - ROW
  }

  /** The first line in sight, from 0. */
  get firstLine() {
    return this.#heights.rowAt(this.#view.scrollTop)
  }

  /** Whether the present position is the reader's own choice, not one that the view took. */
  get movedByReader() {
    return Math.abs(this.#view.scrollTop - this.#placed) > 1
  }

  /** Shows another buffer, or the same after its first lines went. */
  show(buffer: LogBuffer) {
    this.#buffer = buffer
    this.#reset()
  }

  wrap(wraps: boolean) {
    const top = this.#heights.rowAt(this.#view.scrollTop)
    this.#wraps = wraps
    this.#reset()
    this.#moveTo(this.#heights.offsetOf(top))
    this.draw()
  }

  mark(marks: Partial<LogMarks>) {
    this.#marks = { ...this.#marks, ...marks }
    this.#clearRows()
    this.draw()
  }

  /** Measures again after the element changed its size. */
  resize() {
    if (this.#wraps) {
      this.wrap(true)
    } else {
      this.draw()
    }
  }

  scrollToEnd() {
    this.draw()
    this.#moveTo(this.#view.scrollHeight)
    this.draw()
    this.#moveTo(this.#view.scrollHeight)
  }

  /** Brings line `index` (from 0) to the top of the view. */
  scrollToTop(index: number) {
    this.#measureNewLines()
    this.#moveTo(this.#heights.offsetOf(index))
    this.draw()
  }

  /** Brings line `index` (from 0) to the upper third of the view. */
  scrollToLine(index: number) {
    this.#measureNewLines()
    const third = this.#view.clientHeight / 3
    this.#moveTo(Math.max(0, this.#heights.offsetOf(index) - third))
    this.draw()
  }

  /** Brings the rows in the document up to date with the buffer and the scroll position. */
  draw() {
    this.#measureNewLines()
    this.#space.style.height = `${this.#heights.total}px`
    const count = this.#buffer.length
    if (count === 0) {
      this.#clearRows()
      return
    }
    const top = this.#view.scrollTop
    const first = Math.max(0, this.#heights.rowAt(top) - OVERSCAN)
    const last = Math.min(count - 1, this.#heights.rowAt(top + this.#view.clientHeight) + OVERSCAN)
    this.#place(first, last)
    if (this.#wraps) {
      this.#measureRows(first, last)
    }
    this.#window.style.top = `${this.#heights.offsetOf(first)}px`
  }

  #moveTo(top: number) {
    this.#view.scrollTop = top
    this.#placed = this.#view.scrollTop
  }

  #place(first: number, last: number) {
    for (const [index, row] of this.#rows) {
      if (index < first || index > last) {
        row.remove()
        this.#rows.delete(index)
      }
    }
    this.#redrawUnfinished()
    let before: HTMLElement | null = null
    for (let index = last; index >= first; index--) {
      let row = this.#rows.get(index)
      if (!row) {
        row = this.#createRow(index)
        this.#rows.set(index, row)
        this.#window.insertBefore(row, before)
      }
      before = row
    }
  }

  #createRow(index: number) {
    const number = this.#buffer.before + index + 1
    return createLogRow(this.#buffer.line(index), index, number, this.#marks)
  }

  /** The line that was last when it was drawn may have grown since, or have ended. */
  #redrawUnfinished() {
    this.#rows.get(this.#unfinished)?.remove()
    this.#rows.delete(this.#unfinished)
    this.#unfinished = this.#buffer.length - 1
  }

  #measureNewLines() {
    const from = Math.max(0, this.#heights.count - 1)
    const count = this.#buffer.length
    this.#heights.resize(count)
    if (this.#wraps && this.#columns > 0) {
      for (let index = from; index < count; index++) {
        const characters = Math.min(this.#buffer.line(index).text.length, MAX_CHARACTERS)
        this.#heights.set(index, Math.max(1, Math.ceil(characters / this.#columns)) * ROW)
      }
    }
  }

  /** A guess by the number of characters is not exact: the rows in sight are measured. */
  #measureRows(first: number, last: number) {
    const top = this.#view.scrollTop
    let moved = 0
    for (let index = first; index <= last; index++) {
      const height = this.#rows.get(index)!.offsetHeight
      const above = this.#heights.offsetOf(index) < top
      const change = height > 0 ? this.#heights.set(index, height) : 0
      if (above) {
        moved += change
      }
    }
    this.#space.style.height = `${this.#heights.total}px`
    if (moved !== 0) {
      this.#moveTo(top + moved)
    }
  }

  #reset() {
    this.#clearRows()
    this.#heights = new HeightIndex(ROW)
    this.#columns = this.#wraps ? this.#countColumns() : 0
    this.draw()
  }

  #clearRows() {
    this.#rows.clear()
    this.#window.replaceChildren()
  }

  #countColumns() {
    const row = document.createElement('span')
    row.className = 'log__row'
    const number = document.createElement('span')
    number.className = 'log__number'
    const probe = document.createElement('span')
    probe.textContent = '0'.repeat(100)
    row.append(number, probe)
    this.#window.append(row)
    const padding = Number.parseFloat(getComputedStyle(row).paddingInlineEnd) || 0
    const room = this.#view.clientWidth - number.offsetWidth - padding
    const columns = Math.floor(room / (probe.getBoundingClientRect().width / 100))
    row.remove()
    return Math.max(1, columns)
  }
}
