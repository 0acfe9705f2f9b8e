import { component } from '../lib/component.js'
import { initialsOf } from '../lib/people.js'

/**
 * Shows the name that is being typed as it will stand on other pages, with its initials.
 */
export const personPreview = component(() => ({
  show(event: Event) {
    const field = event.target as HTMLInputElement
    if ('personField' in field.dataset) {
      this.$root.querySelector('[data-person-name]')!.textContent = field.value
      this.$root.querySelector('[data-person-initials]')!.textContent = initialsOf(field.value)
    }
  },
}))
