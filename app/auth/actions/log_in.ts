import { errors as authErrors } from '@adonisjs/auth'
import { Attempts, networkOf, TOO_MANY_ATTEMPTS } from '#app/auth/attempts'
import User from '#app/users/models/user'

export type LogInResult = { kind: 'passed'; user: User } | { kind: 'refused'; message: string }

const DEACTIVATED =
  'This account is deactivated. An administrator of the panel can activate it again.'

/**
 * Checks an address and a password. Attempts are counted per address and account (5, then 15
 * minutes), per network address alone (50 in 15 minutes) and per account from everywhere (100 in an
 * hour), before the password is looked at, so that neither one account nor a list of them can be
 * tried at will, one by one, all at once or from many places; a right one is given back. The answer and its timing are the same for people who exist
 * and for those who do not. Those who are deactivated are told so after the right password.
 */
export default class LogIn {
  async handle(input: { email: string; password: string; address: string }): Promise<LogInResult> {
    const email = input.email.toLowerCase()
    const network = networkOf(input.address)
    const attempts = new Attempts('login', [
      {
        of: `${network} ${email}`,
        limit: { requests: 5, duration: '5 mins', blockDuration: '15 mins' },
      },
      { of: network, limit: { requests: 50, duration: '15 mins' } },
      { of: email, limit: { requests: 100, duration: '1 hour' } },
    ])
    if (!(await attempts.begin())) return { kind: 'refused', message: TOO_MANY_ATTEMPTS }
    try {
      const user = await User.verifyCredentials(email, input.password)
      await attempts.succeeded()
      if (user.deactivatedAt !== null) return { kind: 'refused', message: DEACTIVATED }
      return { kind: 'passed', user }
    } catch (error) {
      if (!(error instanceof authErrors.E_INVALID_CREDENTIALS)) throw error
      return { kind: 'refused', message: 'This e-mail address and password do not match.' }
    }
  }
}
