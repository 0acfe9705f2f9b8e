import { createHash } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import { newTotpSecret } from '#app/auth/second_factor/totp'
import { refuse } from '#app/core/exceptions/refusal'
import type { Secret } from '#engine/shell/secret'
import User from '#app/users/models/user'

/** A secret that becomes the person's when they confirm it by a code. */
export interface Proposal {
  secret: Secret
  /** Tells the browser that was shown it from others, and nothing of the secret. */
  mark: string
}

/**
 * Proposes a secret to a person who has no authenticator app. It stays the same for the browser
 * that asked, which may load the page again; another browser gets one that nobody has seen.
 */
export default class ProposeAuthenticator {
  /**
   * @param mark of the proposal that this browser was shown, if any
   * @throws the refusal of `code` when the person has an app
   */
  async handle(user: User, mark: unknown): Promise<Proposal> {
    const present = user.totpConfirmedAt === null ? user.totpSecret : null
    if (present && markOf(present) === mark) return { secret: present, mark }
    const secret = newTotpSecret()
    await db.transaction(async (client) => {
      const free = await User.query({ client })
        .where('id', user.id)
        .whereNull('totp_confirmed_at')
        .update({ totpLastStep: null })
      if (Number(free) !== 1) refuse('code', 'An authenticator app is set up already.')
      await user.useTransaction(client).merge({ totpSecret: secret }).save()
    })
    return { secret, mark: markOf(secret) }
  }
}

function markOf(secret: Secret): string {
  return createHash('sha256').update(secret.reveal()).digest('hex')
}
