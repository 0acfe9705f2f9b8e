import { component } from '../lib/component.js'

const PAUSE = 1200

/**
 * Keys that work on every page: `g` and a letter goes to the link with that `data-shortcut`, `?`
 * shows them all. Nothing happens while one types or a dialog is open.
 */
export const shortcuts = component(() => {
  let before = ''
  let at = 0

  return {
    press(event: KeyboardEvent) {
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
  }
})

function isTyping(target: EventTarget | null) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, select, textarea'))
  )
}
