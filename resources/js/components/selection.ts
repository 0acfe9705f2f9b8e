import { component } from '../lib/component.js'

/**
 * Rows of a table that are picked by their checkbox (`data-select-row`), all of them by
 * `data-select-all`, a range with the shift key. The element with `data-selection-bar` shows while
 * something is picked, `data-selection-count` says how much.
 */
export const selection = component(() => {
  let last: HTMLInputElement | null = null
  let shift = false

  return {
    init() {
      this.show()
    },

    press(event: MouseEvent) {
      shift = event.shiftKey
    },

    change(event: Event) {
      const input = event.target as HTMLInputElement
      if (input.matches('[data-select-all]')) {
        this.rows().forEach((row) => (row.checked = input.checked))
      } else if (input.matches('[data-select-row]')) {
        if (shift && last) {
          this.range(last, input).forEach((row) => (row.checked = input.checked))
        }
        last = input
      }
      this.show()
    },

    clear() {
      this.rows().forEach((row) => (row.checked = false))
      this.show()
    },

    rows() {
      return [...this.$root.querySelectorAll<HTMLInputElement>('[data-select-row]')]
    },

    range(from: HTMLInputElement, to: HTMLInputElement) {
      const rows = this.rows()
      const ends = [rows.indexOf(from), rows.indexOf(to)]
      return rows.slice(Math.min(...ends), Math.max(...ends) + 1)
    },

    show() {
      const rows = this.rows()
      const count = rows.filter((row) => row.checked).length
      const all = this.$root.querySelector<HTMLInputElement>('[data-select-all]')
      if (all) {
        all.checked = count > 0 && count === rows.length
        all.indeterminate = count > 0 && count < rows.length
      }
      this.$root.querySelectorAll<HTMLElement>('[data-selection-bar]').forEach((bar) => {
        bar.hidden = count === 0
      })
      this.$root.querySelectorAll('[data-selection-count]').forEach((label) => {
        label.textContent = `${count} selected`
      })
    },
  }
})
