import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { obeyPolicy } from './policy_styles.js'
import { onThemeChange, readTheme } from './terminal_theme.js'

export interface TerminalSize {
  columns: number
  rows: number
}

/** Keys that phones do not have, as terminals send them. */
export type TouchKey = 'escape' | 'tab' | 'up' | 'down' | 'left' | 'right'

/** How many lines are kept to scroll back to. */
const SCROLLBACK_LINES = 5000

/**
 * Sequences by which output would set titles (0 to 2), make links (8) or reach the clipboard (52):
 * a server gets none of these from a page of the panel.
 */
const IGNORED_OSC = [0, 1, 2, 8, 52]

export interface ScreenListener {
  typed(data: string): void
  /** Bytes that are no text, such as reports of the mouse. */
  typedBytes(data: Uint8Array): void
  resized(size: TerminalSize): void
  /** Text of several lines was pasted; nothing has been sent. */
  pasted(text: string): void
}

/**
 * What a terminal shows, by xterm.js, in the panel's own colours.
 */
export class TerminalScreen {
  readonly #terminal: Terminal
  readonly #fit = new FitAddon()
  readonly #element: HTMLElement

  /** @param nonce of the page's content security policy */
  constructor(element: HTMLElement, fontSize: number, nonce: string, listener: ScreenListener) {
    obeyPolicy(nonce)
    this.#element = element
    this.#terminal = new Terminal({
      cursorBlink: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      fontFamily: getComputedStyle(element).fontFamily,
      fontSize,
      lineHeight: 1.2,
      linkHandler: { activate() {} },
      logLevel: 'off',
      minimumContrastRatio: 4.5,
      scrollback: SCROLLBACK_LINES,
      theme: readTheme(element),
    })
    for (const code of IGNORED_OSC) this.#terminal.parser.registerOscHandler(code, () => true)
    this.#terminal.loadAddon(this.#fit)
    this.#terminal.open(element)
    this.#terminal.onData((data) => listener.typed(data))
    this.#terminal.onBinary((data) => {
      listener.typedBytes(Uint8Array.from(data, (character) => character.charCodeAt(0)))
    })
    this.#terminal.onResize(({ cols, rows }) => listener.resized({ columns: cols, rows }))
    this.#terminal.attachCustomKeyEventHandler((event) => this.#mayHandle(event))
    element.addEventListener('paste', (event) => this.#paste(event, listener), { capture: true })
    new ResizeObserver(() => this.fit()).observe(element)
    onThemeChange(() => (this.#terminal.options.theme = readTheme(element)))
    this.fit()
  }

  get size(): TerminalSize {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows }
  }

  set fontSize(pixels: number) {
    this.#terminal.options.fontSize = pixels
    this.fit()
  }

  write(bytes: Uint8Array, shown: () => void): void {
    this.#terminal.write(bytes, shown)
  }

  reset(): void {
    this.#terminal.reset()
  }

  focus(): void {
    this.#terminal.focus()
  }

  /** Sends text as if it was pasted, in brackets where the program asked for them. */
  paste(text: string): void {
    this.#terminal.paste(text)
  }

  /** What a key sends, as the program asked for it. */
  sequenceOf(key: TouchKey): string {
    if (key === 'escape') return '\x1b'
    if (key === 'tab') return '\t'
    const letter = { up: 'A', down: 'B', right: 'C', left: 'D' }[key]
    return `\x1b${this.#terminal.modes.applicationCursorKeysMode ? 'O' : '['}${letter}`
  }

  fit(): void {
    if (this.#element.offsetParent !== null) this.#fit.fit()
  }

  /** Ctrl Shift C copies what is selected; Ctrl Shift F6 leaves the terminal by the keyboard. */
  #mayHandle(event: KeyboardEvent): boolean {
    if (event.type !== 'keydown' || !event.ctrlKey || !event.shiftKey) return true
    if (event.code === 'KeyC' && this.#terminal.hasSelection()) {
      event.preventDefault()
      document.execCommand('copy')
      return false
    }
    if (event.code === 'F6') {
      event.preventDefault()
      document.querySelector<HTMLElement>('[data-terminal-exit]')?.focus()
      return false
    }
    return true
  }

  #paste(event: ClipboardEvent, listener: ScreenListener): void {
    const text = event.clipboardData?.getData('text/plain') ?? ''
    if (!/[\r\n]/.test(text)) return
    event.preventDefault()
    event.stopPropagation()
    listener.pasted(text)
  }
}
