import { component } from '../lib/component.js'
import { refreshRegions } from '../lib/regions.js'

/** How often the server is asked, in milliseconds, unless `data-every` says seconds. */
const EVERY_MS = 1500

/**
 * Stands in a region while something in it is under way, and brings the region fresh from the
 * server until it is done, which is when the fresh one has no such element. Whoever is choosing or
 * confirming something is left alone, in this region and in others.
 */
export const awaited = component(() => {
  let timer = 0

  return {
    init() {
      timer = window.setInterval(
        () => {
          const own = this.$el.closest<HTMLElement>('[data-region]')
          if (document.hidden || (own && isBusy(own))) return
          window.clearInterval(timer)
          const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')]
          const free = regions.filter((region) => !isBusy(region))
          void refreshRegions(free.map(({ dataset }) => dataset.region!))
        },
        Number(this.$el.dataset.every) * 1000 || EVERY_MS
      )
    },

    destroy() {
      window.clearInterval(timer)
    },
  }
})

function isBusy(region: HTMLElement) {
  return region.querySelector('dialog[open], :checked, :focus-visible') !== null
}
