import db from '@adonisjs/lucid/services/db'
import type { Secret } from '#engine/shell/secret'
import { ConsoleError } from '#app/core/exceptions/console_error'
import { commandOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { issueResetLink } from '#app/auth/password_reset'
import { personSubject } from '#app/auth/request_origin'
import { removeSecondFactor } from '#app/auth/second_factor/remove_second_factor'
import { panelSettings } from '#app/settings/models/panel_settings'
import User from '#app/users/models/user'

/**
 * Makes the link by which a person sets a new password, for whoever has the panel's machine to
 * hand it to them.
 *
 * @throws ConsoleError when there is nobody with this address, or they are deactivated
 */
export default class MakeResetLink {
  async handle(input: {
    email: string
    removeSecondFactor: boolean
    /** The name of the command that asks. */
    command: string
  }): Promise<{ link: Secret; user: User }> {
    const user = await User.findBy('email', input.email.toLowerCase())
    if (!user) throw new ConsoleError(`Nobody here has the address ${input.email}.`)
    if (user.deactivatedAt !== null) {
      throw new ConsoleError(
        `${user.fullName} is deactivated. An administrator activates them under Administration.`
      )
    }
    const origin = commandOrigin(input.command)
    const { url } = await panelSettings()
    if (input.removeSecondFactor) await removeSecondFactor(user, origin)
    const link = await db.transaction(async (trx) => {
      const issued = await issueResetLink(user, url, trx)
      await recordActivity(
        origin,
        { action: 'password.reset_asked', subject: personSubject(user) },
        trx
      )
      return issued
    })
    return { link, user }
  }
}
