const opensNatively = 'commandForElement' in HTMLButtonElement.prototype

/**
 * Dialogs open and close by the browser's own `command` attributes. This adds what older browsers
 * lack, and links that open a dialog.
 */
export function watchDialogs() {
  document.addEventListener('click', (event) => {
    const trigger = (event.target as Element).closest<HTMLElement>(
      '[data-dialog-open], [data-dialog-close]'
    )
    if (!trigger || (opensNatively && trigger.hasAttribute('commandfor'))) {
      return
    }
    const id = trigger.dataset.dialogOpen ?? trigger.dataset.dialogClose ?? ''
    const dialog = document.getElementById(id)
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault()
      if (trigger.dataset.dialogOpen) {
        dialog.showModal()
      } else {
        dialog.close()
      }
    }
  })
}
