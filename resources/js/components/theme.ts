import { component } from '../lib/component.js'

const YEAR = 365 * 24 * 60 * 60

/**
 * The choice of light, dark or the system's theme. It is a cookie, so that the server renders the
 * next page in it and nothing flashes. Without script the form that holds it is sent.
 */
export const theme = component(() => ({
  init() {
    showTheme(document.documentElement.dataset.theme ?? 'system', this.$root)
  },

  choose(event: MouseEvent) {
    const button = (event.target as Element).closest<HTMLElement>('[data-theme-choice]')
    if (button) {
      event.preventDefault()
      chooseTheme(button.dataset.themeChoice!)
    }
  },
}))

/**
 * Puts a theme in place, on this page and the next ones: `light`, `dark` or `system`. It is stored
 * for people who are signed in, so that it is the same in their other browsers.
 */
export function chooseTheme(choice: string) {
  document.cookie = `theme=${choice}; path=/; max-age=${YEAR}; samesite=lax`
  document.documentElement.dataset.theme = choice
  showTheme(choice, document.body)
  void storeTheme(choice)
}

async function storeTheme(choice: string) {
  const form = document.querySelector<HTMLFormElement>('[data-theme-form]')
  if (!form) return
  const token = new FormData(form).get('_csrf') as string
  const body = new URLSearchParams({ _csrf: token, theme: choice })
  const headers = { accept: 'application/json' }
  const stored = await fetch(form.action, { method: 'POST', body, headers, keepalive: true }).then(
    ({ ok }) => ok,
    () => false
  )
  if (!stored) {
    const message = 'The theme holds on this page alone: it could not be stored.'
    window.dispatchEvent(new CustomEvent('toast', { detail: { tone: 'warning', message } }))
  }
}

function showTheme(choice: string, within: HTMLElement) {
  within.querySelectorAll<HTMLElement>('[data-theme-choice]').forEach((button) => {
    button.setAttribute('aria-pressed', String(button.dataset.themeChoice === choice))
  })
}
