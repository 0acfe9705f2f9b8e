import { createHash } from 'node:crypto'
import limiter from '@adonisjs/limiter/services/main'
import type { HttpContext } from '@adonisjs/core/http'

/** What a challenge was made for; it is of no use for anything else. */
export type PasskeyPurpose = 'registration' | 'login' | 'second-factor' | 'confirmation'

/** How long a challenge lasts, in milliseconds. */
const LASTS = 5 * 60_000

const keyOf = (purpose: PasskeyPurpose) => `passkey_${purpose}`

/**
 * Keeps a challenge in the request's session, in place of an earlier one for the same purpose.
 */
export function keepChallenge(
  { session }: HttpContext,
  purpose: PasskeyPurpose,
  challenge: string
) {
  session.put(keyOf(purpose), { challenge, at: Date.now() })
}

/**
 * Takes the challenge out of the session. It can be had once, also by requests that come at the
 * same moment, and for 5 minutes.
 *
 * @returns the challenge, or null when there is none that counts
 */
export async function takeChallenge(
  { session }: HttpContext,
  purpose: PasskeyPurpose
): Promise<string | null> {
  const kept = session.pull(keyOf(purpose), null) as { challenge: string; at: number } | null
  if (!kept || Date.now() - kept.at > LASTS) return null
  const hash = createHash('sha256').update(kept.challenge).digest('hex')
  const once = limiter.use({ requests: 1, duration: '10 mins' })
  const first = await once.attempt(`challenge_${hash}`, () => kept.challenge)
  return first ?? null
}
