import { randomInt, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import RecoveryCode from '#app/auth/models/recovery_code'
import type User from '#app/users/models/user'

const HOW_MANY = 10

/** 32 characters that nobody mistakes for one another: twelve of them carry 60 bits. */
const ALPHABET = '23456789abcdefghijkmnpqrstuvwxyz'

const IS_CODE = new RegExp(`^[${ALPHABET}]{12}$`)

const derive = promisify<string, string, number, { N: number }, Buffer>(scrypt)

/**
 * Gives a person ten new recovery codes, such as `k7qf-2m9x-c4wd`; earlier ones stop working.
 *
 * @param trx a transaction to do it in
 * @returns the codes, which cannot be had again
 */
export async function issueRecoveryCodes(
  user: Pick<User, 'id'>,
  trx?: TransactionClientContract
): Promise<string[]> {
  const codes = Array.from({ length: HOW_MANY }, newCode)
  const hashes = await Promise.all(codes.map((plain) => hashOf(user.id, plain)))
  const replace = async (client: TransactionClientContract) => {
    await RecoveryCode.query({ client }).where('user_id', user.id).delete()
    await RecoveryCode.createMany(
      hashes.map((codeHash) => ({ userId: user.id, codeHash, usedAt: null })),
      { client }
    )
  }
  await (trx ? replace(trx) : db.transaction(replace))
  return codes.map((plain) => plain.replace(/^(.{4})(.{4})/, '$1-$2-'))
}

/**
 * Uses up a recovery code of a person: of two attempts with the same code, one wins.
 *
 * @param code as typed; case, spaces and dashes do not matter
 * @param trx a transaction to do it in
 */
export async function useRecoveryCode(
  user: Pick<User, 'id'>,
  code: string,
  trx?: TransactionClientContract
): Promise<boolean> {
  const plain = code.toLowerCase().replaceAll(/[\s-]/g, '')
  if (!IS_CODE.test(plain)) return false
  const used = await RecoveryCode.query({ client: trx })
    .where({ userId: user.id, codeHash: await hashOf(user.id, plain) })
    .whereNull('used_at')
    .update({ usedAt: Date.now(), updatedAt: Date.now() })
  return Number(used) === 1
}

/**
 * How many recovery codes a person has not used yet.
 */
export async function recoveryCodesLeft(
  user: Pick<User, 'id'>,
  trx?: TransactionClientContract
): Promise<number> {
  const rows = await RecoveryCode.query({ client: trx })
    .where('user_id', user.id)
    .whereNull('used_at')
    .count('* as total')
  return Number(rows[0].$extras.total)
}

function newCode(): string {
  return Array.from({ length: 12 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}

/**
 * The hash of a code without dashes, salted by its person and slow, so that a stolen database opens
 * nothing.
 */
async function hashOf(userId: string, plain: string): Promise<string> {
  const hash = await derive(plain, `recovery code of ${userId}`, 32, { N: 4096 })
  return hash.toString('hex')
}
