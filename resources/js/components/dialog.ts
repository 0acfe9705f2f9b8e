import { component } from '../lib/component.js'

/**
 * A <dialog> that the server rendered open (its form came back with errors) becomes a modal one.
 */
export const dialog = component(() => ({
  init() {
    const element = this.$el as HTMLDialogElement
    if (element.open) {
      element.close()
      element.showModal()
    }
  },

  /** A press on the backdrop closes, where the browser does not do it by itself. */
  press(event: MouseEvent) {
    if (event.target === this.$el && !('closedBy' in this.$el)) {
      ;(this.$el as HTMLDialogElement).close()
    }
  },
}))
