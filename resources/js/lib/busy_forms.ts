/**
 * Answers a click on a form's button at once: the button shows that the work began, and a second
 * click does not send the form again. A form that leaves the page where it is, because a file
 * comes of it, has `data-stays`.
 */
export function watchForms() {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement
    const leaves = form.target !== '_blank' && !('stays' in form.dataset)
    if (event.defaultPrevented || form.method === 'dialog' || !leaves) {
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
