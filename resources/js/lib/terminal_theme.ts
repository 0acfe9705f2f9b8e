import type { ITheme } from '@xterm/xterm'

/** Where each colour of a terminal comes from; the sixteen are those of logs. */
const TOKENS: Record<string, string> = {
  background: '--log-surface',
  foreground: '--log-text',
  cursor: '--accent',
  cursorAccent: '--log-surface',
  selectionBackground: '--terminal-selection',
  black: '--ansi-black',
  red: '--ansi-red',
  green: '--ansi-green',
  yellow: '--ansi-yellow',
  blue: '--ansi-blue',
  magenta: '--ansi-magenta',
  cyan: '--ansi-cyan',
  white: '--ansi-white',
  brightBlack: '--ansi-bright-black',
  brightRed: '--ansi-bright-red',
  brightGreen: '--ansi-bright-green',
  brightYellow: '--ansi-bright-yellow',
  brightBlue: '--ansi-bright-blue',
  brightMagenta: '--ansi-bright-magenta',
  brightCyan: '--ansi-bright-cyan',
  brightWhite: '--ansi-bright-white',
}

/**
 * The colours of the page's theme as they are now. A token may stand for two colours, so the
 * browser is asked what it makes of each.
 */
export function readTheme(element: HTMLElement): ITheme {
  const probe = document.createElement('i')
  element.append(probe)
  const theme = Object.entries(TOKENS).map(([name, token]) => {
    probe.style.color = `var(${token})`
    return [name, getComputedStyle(probe).color]
  })
  probe.remove()
  return Object.fromEntries(theme)
}

/** Calls when the page gets another theme, by its reader or by the system. */
export function onThemeChange(changed: () => void): void {
  new MutationObserver(changed).observe(document.documentElement, {
    attributeFilter: ['data-theme'],
  })
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed)
}
