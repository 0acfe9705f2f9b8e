import { component } from '../lib/component.js'
import { setMark } from '../lib/marks.js'

const STAY = 6000

/**
 * Messages in the corner. The server renders those of the last request; others come by a `toast`
 * event on window with { tone, message }. Failures and warnings stay until they are dismissed.
 */
export const toasts = component(() => ({
  init() {
    this.$el.querySelectorAll<HTMLElement>('.toast').forEach(leaveLater)
  },

  add(event: CustomEvent<{ tone: string; message: string }>) {
    const template = this.$refs.template as HTMLTemplateElement
    const toast = template.content.firstElementChild!.cloneNode(true) as HTMLElement
    toast.dataset.tone = event.detail.tone
    setMark(toast.querySelector('.mark'), event.detail.tone)
    toast.querySelector('.toast__text')!.textContent = event.detail.message
    this.$root.append(toast)
    leaveLater(toast)
  },

  dismiss(event: MouseEvent) {
    const button = (event.target as Element).closest('[data-toast-dismiss]')
    leave(button?.closest<HTMLElement>('.toast') ?? null)
  },
}))

function leaveLater(toast: HTMLElement) {
  if (toast.dataset.tone === 'danger' || toast.dataset.tone === 'warning') {
    return
  }
  let timer = setTimeout(() => leave(toast), STAY)
  toast.addEventListener('pointerenter', () => clearTimeout(timer))
  toast.addEventListener('pointerleave', () => {
    timer = setTimeout(() => leave(toast), STAY)
  })
}

function leave(toast: HTMLElement | null) {
  toast?.classList.add('toast--leaving')
  setTimeout(() => toast?.remove(), 200)
}
