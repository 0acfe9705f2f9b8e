import { component } from '../lib/component.js'

/**
 * Rows of a table that are picked by their checkbox (`data-select-row`), all of them by
 * `data-select-all`, a range with the shift key. The element with `data-selection-bar` shows while
 * something is picked, `data-selection-count` says how much. `data-select-matching` picks what is
 * on other pages too, `data-total` in number, until a row is taken out.
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
      const matching = this.matching()
      if (matching === input && input.checked) this.rows().forEach((row) => (row.checked = true))
      else if (matching && this.rows().some((row) => !row.checked)) matching.checked = false
      this.show()
    },

    clear() {
      this.rows().forEach((row) => (row.checked = false))
      const matching = this.matching()
      if (matching) matching.checked = false
      this.show()
    },

    rows() {
      return [...this.$root.querySelectorAll<HTMLInputElement>('[data-select-row]')]
    },

    matching() {
      return this.$root.querySelector<HTMLInputElement>('[data-select-matching]')
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
        const total = this.matching()?.checked ? this.matching()!.dataset.total : count
        label.textContent = `${total} selected`
      })
    },
  }
})
