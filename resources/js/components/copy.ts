import { component } from '../lib/component.js'

/**
 * A button that copies the text in its `data-text`.
 */
export const copy = component(() => ({
  done: false,

  async copy() {
    await writeText(this.$root.dataset.text ?? '', this.$root)
    this.done = true
    setTimeout(() => (this.done = false), 1500)
  },
}))

/**
 * Copies a text. A panel reached over plain http has no clipboard API; a selected field still
 * copies there.
 */
export async function writeText(text: string, near: HTMLElement) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text)
    return
  }
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'visually-hidden'
  near.after(field)
  field.select()
  document.execCommand('copy')
  field.remove()
  near.focus()
}
