import { component } from '../lib/component.js'
import { relativeTime as say } from '../lib/format.js'

const elements = new Set<HTMLElement>()
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })

setInterval(() => elements.forEach(update), 10_000)
document.addEventListener('visibilitychange', () => elements.forEach(update))

/**
 * Keeps a <time> true while the page stays open, and says the exact moment in the reader's zone.
 */
export const relativeTime = component(() => ({
  init() {
    const at = new Date(this.$el.getAttribute('datetime') ?? '')
    if (!Number.isNaN(at.getTime())) {
      this.$el.title = exact.format(at)
      elements.add(this.$el)
      update(this.$el)
    }
  },

  destroy() {
    elements.delete(this.$el)
  },
}))

function update(element: HTMLElement) {
  element.textContent = say(new Date(element.getAttribute('datetime')!))
}
