import { inject } from '@adonisjs/core'
import { parseEgressAllowList } from '#engine/egress/allow_list'
import type { Origin } from '#app/activity/origin'
import { refuse } from '#app/core/exceptions/refusal'
import { typedLines } from '#app/core/line_breaks'
import UpdateSettings from '#app/settings/actions/update_settings'

/**
 * Sets which private networks and hosts the panel's own requests may reach.
 */
@inject()
export default class SetEgressAllowList {
  readonly #updateSettings: UpdateSettings

  constructor(updateSettings: UpdateSettings) {
    this.#updateSettings = updateSettings
  }

  /**
   * @param text one entry on each line, as typed; null allows nothing private
   * @throws a refusal for `egressAllowed` that names the line
   */
  async handle(origin: Origin, text: string | null): Promise<boolean> {
    const egressAllowed = typedLines(text)
    const list = parseEgressAllowList(egressAllowed ?? '')
    if (!list.ok) refuse('egressAllowed', `Line ${list.line}: ${list.reason}`)
    return this.#updateSettings.handle(origin, 'Network', () => ({ egressAllowed }))
  }
}
