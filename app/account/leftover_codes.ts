import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Passkey from '#app/auth/models/passkey'
import RecoveryCode from '#app/auth/models/recovery_code'
import User from '#app/users/models/user'

/**
 * Removes the recovery codes of a person who has no second factor left. Whoever sets one up again
 * gets new ones, instead of relying on a list they may have thrown away.
 *
 * @param client the transaction that took a factor away
 */
export async function removeLeftoverCodes(
  { id }: Pick<User, 'id'>,
  client: TransactionClientContract
): Promise<void> {
  const user = await User.query({ client }).where('id', id).firstOrFail()
  const passkey = await Passkey.query({ client }).where('user_id', id).select('id').first()
  if (user.totpConfirmedAt !== null || passkey) return
  await RecoveryCode.query({ client }).where('user_id', id).delete()
}
