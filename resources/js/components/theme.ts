import { component } from '../lib/component.js'

const YEAR = 365 * 24 * 60 * 60

/**
 * The choice of light, dark or the system's theme. It is a cookie, so that the server renders the
 * next page in it and nothing flashes.
 */
export const theme = component(() => ({
  init() {
    this.show(document.documentElement.dataset.theme ?? 'system')
  },

  choose(event: MouseEvent) {
    const button = (event.target as Element).closest<HTMLElement>('[data-theme-choice]')
    if (!button) {
      return
    }
    const choice = button.dataset.themeChoice!
    document.cookie = `theme=${choice}; path=/; max-age=${YEAR}; samesite=lax`
    document.documentElement.dataset.theme = choice
    this.show(choice)
  },

  show(choice: string) {
    this.$root.querySelectorAll<HTMLElement>('[data-theme-choice]').forEach((button) => {
      button.setAttribute('aria-pressed', String(button.dataset.themeChoice === choice))
    })
  },
}))
