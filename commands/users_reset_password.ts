import { args, BaseCommand, flags } from '@adonisjs/core/ace'

/**
 * Lets someone in again who forgot their password or lost their second factor.
 */
export default class UsersResetPassword extends BaseCommand {
  static commandName = 'users:reset-password'
  static description = 'Print a link by which a person sets a new password'
  static options = { startApp: true }
  static help = [
    'The link works once, for 30 minutes; hand it to the person. Their second factor is asked for',
    'as ever. For people who lost it too:',
    '```',
    '{{ binaryName }} users:reset-password ada@example.com --remove-second-factor',
    '```',
  ]

  @args.string({ description: 'E-mail address of the person' })
  declare email: string

  @flags.boolean({ description: 'Also remove authenticator app, passkeys and recovery codes' })
  declare removeSecondFactor: boolean

  async run() {
    const { default: MakeResetLink } = await import('#app/auth/actions/make_reset_link')
    const { link, user } = await new MakeResetLink().handle({
      email: this.email,
      removeSecondFactor: this.removeSecondFactor,
      command: UsersResetPassword.commandName,
    })
    const removed = this.removeSecondFactor ? 'Their second factor is removed. ' : ''
    this.logger.log(
      `\n${removed}${user.fullName} sets a new password here, once and within 30 minutes:\n\n` +
        `  ${link.reveal()}\n`
    )
  }
}
