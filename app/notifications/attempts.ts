/** How long an attempt may take before another process may make one, in milliseconds. */
export const ATTEMPT_MS = 60_000

/** Waits before further attempts, in milliseconds: soon at first, then every hour. */
const WAITS = [5_000, 30_000, 60_000, 5 * 60_000, 15 * 60_000, 30 * 60_000]
const LONGEST_WAIT = 60 * 60_000

/** A message that nobody took for so long is not news any more, in milliseconds. */
export const GIVE_UP_MS = 24 * 60 * 60_000

/**
 * When a message that was not taken is tried again; null when no more.
 *
 * @param attempts made so far, at least one
 * @param createdAt when it was written, in milliseconds since the epoch
 * @param now in milliseconds since the epoch
 */
export function nextAttemptAt(attempts: number, createdAt: number, now: number): number | null {
  const at = now + (WAITS[attempts - 1] ?? LONGEST_WAIT)
  return at - createdAt > GIVE_UP_MS ? null : at
}
