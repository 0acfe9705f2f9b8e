import limiter from '@adonisjs/limiter/services/main'
import { errors as authErrors } from '@adonisjs/auth'
import User from '#app/users/models/user'

export type LogInResult = { kind: 'passed'; user: User } | { kind: 'refused'; message: string }

/**
 * Checks an address and a password. Failures are counted per address and account (5, then 15
 * minutes) and per network address alone (50 in 15 minutes), so that neither one account nor a
 * list of them can be tried at will. The answer and its timing are the same for people who exist
 * and for those who do not.
 */
export default class LogIn {
  async handle(input: { email: string; password: string; address: string }): Promise<LogInResult> {
    const email = input.email.toLowerCase()
    const account = limiter.use({ requests: 5, duration: '5 mins', blockDuration: '15 mins' })
    const network = limiter.use({ requests: 50, duration: '15 mins' })
    const keys = {
      account: `login_${input.address}_${email}`,
      network: `login_${input.address}`,
    }

    if ((await account.isBlocked(keys.account)) || (await network.isBlocked(keys.network))) {
      return { kind: 'refused', message: 'Too many attempts. Wait 15 minutes, then try again.' }
    }
    try {
      const user = await User.verifyCredentials(email, input.password)
      await account.delete(keys.account)
      return { kind: 'passed', user }
    } catch (error) {
      if (!(error instanceof authErrors.E_INVALID_CREDENTIALS)) throw error
      await account.increment(keys.account)
      await network.increment(keys.network)
      return { kind: 'refused', message: 'This e-mail address and password do not match.' }
    }
  }
}
