import { component } from '../lib/component.js'

/**
 * A <details> that closes when the attention goes elsewhere.
 */
export const menu = component(() => ({
  closeOutside(event: Event) {
    const details = this.$root as HTMLDetailsElement
    if (details.open && !details.contains(event.target as Node)) {
      details.open = false
    }
  },

  closeByKey() {
    const details = this.$root as HTMLDetailsElement
    if (details.open) {
      details.open = false
      details.querySelector('summary')?.focus()
    }
  },
}))
