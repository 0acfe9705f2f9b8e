import { component } from '../lib/component.js'
import { refreshRegions } from '../lib/regions.js'

/** How often the server is asked, in milliseconds, unless `data-every` says seconds. */
const EVERY_MS = 1500

/**
 * Stands in a region while something in it is under way, and brings the region fresh from the
 * server until it is done, which is when the fresh one has no such element. Whoever is choosing or
 * confirming something is left alone.
 */
export const awaited = component(() => {
  let timer = 0

  return {
    init() {
      timer = window.setInterval(
        () => {
          const region = this.$el.closest('[data-region]')
          if (document.hidden || region?.querySelector('dialog[open], :checked, :focus-visible'))
            return
          window.clearInterval(timer)
          void refreshRegions()
        },
        Number(this.$el.dataset.every) * 1000 || EVERY_MS
      )
    },

    destroy() {
      window.clearInterval(timer)
    },
  }
})
