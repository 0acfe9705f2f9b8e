import { component } from '../lib/component.js'
import { exactTime, relativeTime as say } from '../lib/format.js'
import { timeZone } from '../lib/time_zone.js'

const elements = new Set<HTMLElement>()

setInterval(() => elements.forEach(update), 10_000)
document.addEventListener('visibilitychange', () => elements.forEach(update))

/**
 * Keeps a <time> true while the page stays open, and says the exact moment in the zone that the
 * person chose, or else in the browser's.
 */
export const relativeTime = component(() => ({
  init() {
    const at = new Date(this.$el.getAttribute('datetime') ?? '')
    if (!Number.isNaN(at.getTime())) {
      this.$el.title = exactTime(at, timeZone())
      elements.add(this.$el)
      update(this.$el)
    }
  },

  destroy() {
    elements.delete(this.$el)
  },
}))

function update(element: HTMLElement) {
  const at = new Date(element.getAttribute('datetime')!)
  element.textContent = say(at, new Date(), timeZone())
}
