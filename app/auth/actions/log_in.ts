import { createHash } from 'node:crypto'
import limiter from '@adonisjs/limiter/services/main'
import { errors as limiterErrors } from '@adonisjs/limiter'
import { errors as authErrors } from '@adonisjs/auth'
import User from '#app/users/models/user'

export type LogInResult = { kind: 'passed'; user: User } | { kind: 'refused'; message: string }

/**
 * Checks an address and a password. Attempts are counted per address and account (5, then 15
 * minutes) and per network address alone (50 in 15 minutes), before the password is looked at, so that
 * neither one account nor a list of them can be tried at will, one by one or all at once; a right
 * one is given back. The answer and its timing are the same for people who exist
 * and for those who do not.
 */
export default class LogIn {
  async handle(input: { email: string; password: string; address: string }): Promise<LogInResult> {
    const email = input.email.toLowerCase()
    const account = limiter.use({ requests: 5, duration: '5 mins', blockDuration: '15 mins' })
    const network = limiter.use({ requests: 50, duration: '15 mins' })
    const pair = createHash('sha256').update(`${input.address} ${email}`).digest('hex')
    const keys = { account: `login_${pair}`, network: `login_${input.address}` }

    try {
      await network.consume(keys.network)
      await account.consume(keys.account)
    } catch (error) {
      if (!(error instanceof limiterErrors.E_TOO_MANY_REQUESTS)) throw error
      return { kind: 'refused', message: 'Too many attempts. Wait 15 minutes, then try again.' }
    }
    try {
      const user = await User.verifyCredentials(email, input.password)
      await account.delete(keys.account)
      await network.decrement(keys.network)
      return { kind: 'passed', user }
    } catch (error) {
      if (!(error instanceof authErrors.E_INVALID_CREDENTIALS)) throw error
      return { kind: 'refused', message: 'This e-mail address and password do not match.' }
    }
  }
}
