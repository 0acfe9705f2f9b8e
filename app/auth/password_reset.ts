import { createHash, randomBytes } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { Secret } from '#engine/shell/secret'
import User from '#app/users/models/user'

/** How long a link is good for, in minutes. */
export const RESET_LASTS_MINUTES = 30

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

/**
 * Makes a link by which a person sets a new password, once and within 30 minutes; earlier ones
 * stop working. Only a hash of its token is kept.
 *
 * @param panelUrl the panel's own address, and never one from a request
 * @param trx the transaction of what asks for it
 */
export async function issueResetLink(
  user: Pick<User, 'id'>,
  panelUrl: string,
  trx: TransactionClientContract
): Promise<Secret> {
  const token = randomBytes(32).toString('base64url')
  const now = Date.now()
  await voidResetLinks(user, trx)
  await trx.table('password_resets').insert({
    token_hash: hashOf(token),
    user_id: user.id,
    expires_at: now + RESET_LASTS_MINUTES * 60_000,
    created_at: now,
  })
  return new Secret(`${panelUrl}/reset-password?token=${token}`)
}

/**
 * Whose password a token may set now; null when it never could or no longer can.
 */
export async function findResetUser(token: unknown): Promise<User | null> {
  if (typeof token !== 'string' || token.length === 0) return null
  const row = await db
    .from('password_resets')
    .where('token_hash', hashOf(token))
    .where('expires_at', '>', Date.now())
    .select('user_id')
    .first()
  return row && User.query().where('id', row.user_id).whereNull('deactivated_at').first()
}

/**
 * Uses up a token: of two attempts with the same one, one wins.
 */
export async function useResetToken(
  token: string,
  trx: TransactionClientContract
): Promise<boolean> {
  const used = await trx
    .from('password_resets')
    .where('token_hash', hashOf(token))
    .where('expires_at', '>', Date.now())
    .delete()
  return Number(used) === 1
}

/**
 * Voids the links of a person, because their password was set in another way.
 */
export async function voidResetLinks(
  user: Pick<User, 'id'>,
  trx: TransactionClientContract
): Promise<void> {
  await trx.from('password_resets').where('user_id', user.id).delete()
}

/**
 * Deletes tokens that ended by age.
 */
export async function removeExpiredResets(): Promise<void> {
  await db.from('password_resets').where('expires_at', '<=', Date.now()).delete()
}
