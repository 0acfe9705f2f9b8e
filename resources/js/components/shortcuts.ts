import { component } from '../lib/component.js'

const PAUSE = 1200

/**
 * Keys that work on every page: `/` and Ctrl-K open the search, `g` and a letter goes to the link
 * with that `data-shortcut`, `?` shows them all. Nothing happens while a dialog is open or, but
 * for Ctrl-K, while one types.
 */
export const shortcuts = component(() => {
  let before = ''
  let at = 0

  return {
    init() {
      if (/^Mac|^iP/.test(navigator.platform)) {
        document.querySelectorAll('[data-control-key]').forEach((key) => (key.textContent = '⌘'))
      }
    },

    press(event: KeyboardEvent) {
      if (isSearchChord(event)) {
        event.preventDefault()
        toggleSearch()
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) {
        return
      }
      if (isTyping(event.target) || document.querySelector('dialog:modal')) {
        return
      }
      if (event.key === '?') {
        document.querySelector<HTMLDialogElement>('#keyboard-shortcuts')?.showModal()
        return
      }
      if (event.key === '/') {
        event.preventDefault()
        toggleSearch()
        return
      }
      const keys = Date.now() - at < PAUSE ? `${before} ${event.key}` : event.key
      before = event.key
      at = Date.now()
      const link = document.querySelector<HTMLAnchorElement>(
        `a[data-shortcut="${CSS.escape(keys)}"]`
      )
      if (link) {
        event.preventDefault()
        link.click()
      }
    },

    /** The link to the search opens it here, but in a new tab for those who ask for one. */
    search(event: MouseEvent) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) {
        return
      }
      event.preventDefault()
      toggleSearch()
    },
  }
})

/** Ctrl-K, on a Mac ⌘K. */
function isSearchChord(event: KeyboardEvent) {
  const chord = event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey
  return chord && event.key.toLowerCase() === 'k' && !event.defaultPrevented
}

/** Another dialog that is open has the page to itself. */
function toggleSearch() {
  if (!document.querySelector('dialog:modal:not(#palette)')) {
    window.dispatchEvent(new CustomEvent('palette'))
  }
}

/** The field of a dialog that was just closed keeps the focus for a moment. */
function isTyping(target: EventTarget | null) {
  return (
    target instanceof HTMLElement &&
    target.checkVisibility() &&
    (target.isContentEditable || target.matches('input, select, textarea'))
  )
}
