import Passkey from '#app/auth/models/passkey'
import type User from '#app/users/models/user'

/**
 * Whether a person must give more than their password: an authenticator app that they confirmed,
 * or a passkey.
 */
export async function hasSecondFactor(
  user: Pick<User, 'id' | 'totpConfirmedAt'>
): Promise<boolean> {
  return user.totpConfirmedAt !== null || (await hasPasskey(user))
}

/**
 * Whether a person has a passkey.
 */
export async function hasPasskey(user: Pick<User, 'id'>): Promise<boolean> {
  return (await Passkey.query().where('user_id', user.id).select('id').first()) !== null
}
