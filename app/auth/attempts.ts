import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import limiter from '@adonisjs/limiter/services/main'
import { errors as limiterErrors } from '@adonisjs/limiter'

/** So many attempts within a time; whoever uses them up is shut out for `blockDuration`. */
export interface Limit {
  requests: number
  duration: string
  blockDuration?: string
}

/** What people are told who are shut out. */
export const TOO_MANY_ATTEMPTS = 'Too many attempts. Wait 15 minutes, then try again.'

/**
 * Attempts at something that could be guessed, counted under one or more names: of the account,
 * of the network address, of both together. They are counted before the guess is looked at, so
 * that many at once are no way around the limit.
 */
export class Attempts {
  readonly #counters: { name: string; limit: Limit }[]

  /**
   * @param kind what is attempted, such as `login`
   * @param counters the limits, by what they count for
   */
  constructor(kind: string, counters: { of: string; limit: Limit }[]) {
    this.#counters = counters.map(({ of, limit }) => {
      const hash = createHash('sha256').update(of).digest('hex')
      return { name: `${kind}_${hash}`, limit }
    })
  }

  /**
   * Counts one attempt.
   *
   * @returns whether it may go on: every limit still had room for it
   */
  async begin(): Promise<boolean> {
    try {
      for (const { name, limit } of this.#counters) await limiter.use({ ...limit }).consume(name)
      return true
    } catch (error) {
      if (error instanceof limiterErrors.E_TOO_MANY_REQUESTS) return false
      throw error
    }
  }

  /** How many attempts are left, under the name that has the fewest. */
  async left(): Promise<number> {
    const counts = this.#counters.map(({ name, limit }) =>
      limiter.use({ ...limit }).remaining(name)
    )
    return Math.min(...(await Promise.all(counts)))
  }

  /**
   * Gives a right one back: the first name begins anew, the others as if this attempt had not been.
   */
  async succeeded(): Promise<void> {
    const [own, ...shared] = this.#counters
    await limiter.use({ ...own.limit }).delete(own.name)
    for (const { name, limit } of shared) await limiter.use({ ...limit }).decrement(name)
  }
}

/**
 * The network that an address stands for: itself, and for IPv6 its /64, which is what one
 * household or machine gets (RFC 6177), so that it cannot be used up address by address.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head, tail] = address.toLowerCase().split('::')
  const groups = (text: string | undefined) => (text ? text.split(':') : [])
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length
  const all = [...groups(head), ...Array(Math.max(0, missing)).fill('0'), ...groups(tail)]
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

/**
 * Guesses at what one known person gives: 5 in 15 minutes from one network address, longer than
 * the second step of logging in lasts, and 10 from everywhere, for a code of six digits could be
 * guessed from many networks.
 *
 * @param kind what is guessed at
 * @param address the network address it comes from
 */
export function guessesAt(kind: string, { id }: { id: string }, address: string | null): Attempts {
  const limit = { duration: '15 mins', blockDuration: '15 mins' }
  return new Attempts(kind, [
    { of: `${networkOf(address ?? '')} ${id}`, limit: { requests: 5, ...limit } },
    { of: id, limit: { requests: 10, ...limit } },
  ])
}
