/**
 * Answers a click on a form's button at once: the button shows that the work began, and a second
 * click does not send the form again.
 */
export function watchForms() {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement
    if (event.defaultPrevented || form.method === 'dialog' || form.target === '_blank') {
      return
    }
    if (form.dataset.sent !== undefined && form.method === 'post') {
      event.preventDefault()
      return
    }
    form.dataset.sent = ''
    event.submitter?.setAttribute('aria-busy', 'true')
  })

  // A page restored by the back button must be usable again.
  window.addEventListener('pageshow', () => {
    document.querySelectorAll<HTMLElement>('form[data-sent]').forEach((form) => {
      delete form.dataset.sent
      form.querySelectorAll('[aria-busy]').forEach((button) => button.removeAttribute('aria-busy'))
    })
  })
}
