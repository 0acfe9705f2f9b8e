import { component } from '../lib/component.js'
import { plural } from '../lib/format.js'
import { setMark } from '../lib/marks.js'
import { TerminalLink, type LinkState } from '../lib/terminal_link.js'
import type { TerminalScreen, TouchKey } from '../lib/terminal_screen.js'

const FONT_SIZES = [10, 24] as const
const FONT_KEY = 'terminal-font-size'

const STATES: Record<LinkState['kind'], [tone: string, label: string]> = {
  connecting: ['running', 'Connecting'],
  open: ['success', 'Connected'],
  retrying: ['warning', 'Link lost'],
  ended: ['neutral', 'Ended'],
}

/**
 * A terminal: connects the link and the screen with the markup around them. The screen is loaded
 * by this page alone.
 */
export const terminal = component(() => {
  let screen: TerminalScreen
  let link: TerminalLink
  let fontSize = Number(localStorage.getItem(FONT_KEY)) || 13

  return {
    status: STATES.connecting[1],
    isOpen: false,
    isOver: false,
    message: '',
    hint: '',
    warning: '',
    withControl: false,
    pastedText: '',
    pasteButton: '',

    async init() {
      const { origin } = this.$root.dataset
      if (location.origin !== origin) {
        const hint = `Open the panel at ${origin}: terminals work there alone.`
        return this.show({ kind: 'ended', message: 'This is not the address of the panel.', hint })
      }
      const { TerminalScreen: Screen } = await import('../lib/terminal_screen.js')
      const element = this.$root.querySelector<HTMLElement>('[data-terminal-screen]')!
      const font = getComputedStyle(element).fontFamily
      await Promise.all(['', 'bold '].map((weight) => document.fonts.load(`${weight}13px ${font}`)))
      const nonce = this.$root.querySelector<HTMLElement>('[data-terminal-nonce]')!.nonce!
      screen = new Screen(element, fontSize, nonce, {
        typed: (data) => this.type(data),
        typedBytes: (data) => link.type(data),
        resized: (size) => link?.resize(size),
        pasted: (text) => this.askToPaste(text),
      })
      const listener = {
        size: () => screen.size,
        output: (bytes: Uint8Array, shown: () => void) => screen.write(bytes, shown),
        reset: () => screen.reset(),
        changed: (state: LinkState) => this.show(state),
        idle: (seconds: number) => this.warn(seconds),
      }
      link = new TerminalLink(this.addresses(), listener)
      await link.connect()
    },

    addresses() {
      const { tickets, ticketsBack, socket } = this.$root.dataset
      const token = this.$root.querySelector<HTMLInputElement>('[name=_csrf]')!.value
      const url = new URL(socket!, location.href)
      url.protocol = url.protocol.replace('http', 'ws')
      return { tickets: tickets!, ticketsBack: ticketsBack!, socket: url.href, token }
    },

    show(state: LinkState) {
      const [tone, label] = STATES[state.kind]
      setMark(this.$refs.mark ?? null, tone)
      this.isOpen = state.kind === 'open'
      this.isOver = state.kind === 'ended'
      this.status =
        state.kind === 'retrying' ? `${label}, trying again in ${state.seconds} s` : label
      this.message = state.kind === 'ended' ? state.message : ''
      this.hint = state.kind === 'ended' ? state.hint : ''
      this.warning = ''
      if (this.isOpen) screen.focus()
    },

    warn(seconds: number) {
      const minutes = Math.max(1, Math.round(seconds / 60))
      this.warning = seconds
        ? `Nothing was typed for long. It ends in ${plural(minutes, 'minute')}.`
        : ''
    },

    type(data: string) {
      link.type(this.withControl ? controlled(data) : data)
      this.withControl = false
    },

    control() {
      this.withControl = !this.withControl
      screen.focus()
    },

    press(event: MouseEvent) {
      const key = (event.target as Element).closest<HTMLElement>('[data-key]')?.dataset.key
      if (key) this.type(screen.sequenceOf(key as TouchKey))
      screen.focus()
    },

    askToPaste(text: string) {
      this.pastedText = text
      this.pasteButton = `Paste ${plural(text.trimEnd().split(/\r\n|\r|\n/).length, 'line')}`
      ;(this.$refs.paste as HTMLDialogElement).showModal()
    },

    paste() {
      ;(this.$refs.paste as HTMLDialogElement).close()
      screen.paste(this.pastedText)
      this.pastedText = ''
      screen.focus()
    },

    reconnect() {
      screen.reset()
      void link.connect()
    },

    end() {
      link.close()
    },

    larger() {
      this.setFontSize(fontSize + 1)
    },

    smaller() {
      this.setFontSize(fontSize - 1)
    },

    setFontSize(pixels: number) {
      fontSize = Math.min(FONT_SIZES[1], Math.max(FONT_SIZES[0], pixels))
      localStorage.setItem(FONT_KEY, String(fontSize))
      screen.fontSize = fontSize
    },

    toggleFullScreen() {
      if (document.fullscreenElement) void document.exitFullscreen()
      else void this.$root.requestFullscreen()
    },
  }
})

/** A character as it is sent with Ctrl held down. */
function controlled(data: string): string {
  const code = data.toUpperCase().charCodeAt(0)
  return data.length === 1 && code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : data
}
