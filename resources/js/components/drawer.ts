import { component } from '../lib/component.js'

/**
 * The sidebar on a phone. The browser opens and closes it; on a screen that grew wide it is part of
 * the page again.
 */
export const drawer = component(() => ({
  init() {
    window.matchMedia('(width >= 900px)').addEventListener('change', () => {
      if (this.$el.matches(':popover-open')) {
        this.$el.hidePopover()
      }
    })
  },
}))
