import { component } from '../lib/component.js'
import { followPage } from '../lib/page_stream.js'

/**
 * Stands in a page, or in a region of it while something there is under way, and keeps the regions
 * of the page as the server would show them now.
 */
export const live = component(() => {
  let leave = () => {}

  return {
    init() {
      leave = followPage(this.$el.dataset.seen ?? '')
    },

    destroy() {
      leave()
    },
  }
})
