import { errors as lucidErrors } from '@adonisjs/lucid'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Origin } from '#app/activity/origin'
import User from '#app/users/models/user'

/**
 * Makes changes to who administers the panel, and to who can sign in, happen one after another:
 * whoever else asks waits until the transaction ends. Call it first in a transaction. The write
 * comes before any read, so that what is read next is what the one before left.
 *
 * @throws E_ROW_NOT_FOUND when the person who acts no longer administers the panel
 */
export async function holdAdministrators(
  { actor }: Pick<Origin, 'actor'>,
  trx: TransactionClientContract
): Promise<void> {
  await trx.from('users').where('administrator', true).increment('updated_at', 0)
  if (actor.kind !== 'user') return
  const acting = await administrators(trx).where('id', actor.id).first()
  if (!acting) throw new lucidErrors.E_ROW_NOT_FOUND()
}

/**
 * Whether someone besides this person administers the panel and can sign in.
 *
 * @param trx the transaction that holds the administrators, when the answer decides something
 */
export async function hasOtherAdministrator(
  { id }: Pick<User, 'id'>,
  trx?: TransactionClientContract
): Promise<boolean> {
  return (await administrators(trx).whereNot('id', id).first()) !== null
}

function administrators(client?: TransactionClientContract) {
  return User.query({ client }).where('administrator', true).whereNull('deactivated_at')
}
