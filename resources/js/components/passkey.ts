import { component } from '../lib/component.js'
import { askPasskey, passkeysWork, type PasskeyAct } from '../lib/passkeys.js'

/**
 * A form that is sent with the answer of a passkey in its field `response`. It is hidden where
 * passkeys do not work. `data-act` says `create` or `use`, `data-options` where the panel gives
 * its options, `data-origin` where its passkeys belong.
 */
export const passkey = component(() => ({
  problem: '',

  init() {
    this.$root.hidden = !passkeysWork(this.$root.dataset.origin ?? '')
  },

  async ask(event: SubmitEvent) {
    event.preventDefault()
    const form = this.$root as HTMLFormElement
    if (event.submitter?.hasAttribute('aria-busy')) return
    event.submitter?.setAttribute('aria-busy', 'true')
    this.problem = ''
    try {
      const { act, options } = form.dataset
      const token = new FormData(form).get('_csrf') as string
      const answer = await askPasskey(act as PasskeyAct, options!, token)
      form.querySelector<HTMLInputElement>('[name=response]')!.value = answer
      form.dataset.sent = ''
      form.submit()
    } catch (error) {
      this.problem = (error as Error).message
      event.submitter?.removeAttribute('aria-busy')
    }
  },
}))
