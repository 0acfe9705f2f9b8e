import { createHash, randomBytes } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import User from '#app/users/models/user'

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

/**
 * Whether the panel has no owner yet.
 */
export async function isUnclaimed(): Promise<boolean> {
  return (await User.query().select('id').first()) === null
}

/**
 * Makes a new one-time token for claiming the panel; earlier ones stop working. Only its hash is
 * kept, so that a copy of the database claims nothing.
 *
 * @returns the token, 43 URL-safe characters
 */
export async function issueSetupToken(): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await db.transaction(async (trx) => {
    await trx.from('setup_tokens').delete()
    await trx.table('setup_tokens').insert({ token_hash: hashOf(token), created_at: Date.now() })
  })
  return token
}

/**
 * Whether the token may claim the panel now.
 */
export async function isSetupToken(token: unknown): Promise<boolean> {
  if (typeof token !== 'string' || token.length === 0) return false
  const row = await db.from('setup_tokens').where('token_hash', hashOf(token)).first()
  return row !== null && (await isUnclaimed())
}
