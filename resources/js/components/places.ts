import { component } from '../lib/component.js'

/**
 * Keeps the servers of a list in sight whose name or host holds what is typed. Those that are
 * checked stay.
 */
export const places = component(() => ({
  filter(event: Event) {
    const text = (event.target as HTMLInputElement).value.trim().toLowerCase()
    let shown = 0
    for (const row of this.$root.querySelectorAll<HTMLElement>('[data-place]')) {
      const isChosen = row.querySelector<HTMLInputElement>('input[name="servers[]"]')!.checked
      row.hidden = !isChosen && !row.dataset.place!.includes(text)
      if (!row.hidden) shown++
    }
    this.$refs.none!.hidden = shown > 0
  },
}))
