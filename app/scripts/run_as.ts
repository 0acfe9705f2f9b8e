/**
 * Whose rights a script runs with: those of root, of the user that Muster logs in as, or of a
 * Unix user that is named.
 */
export const runAsChoices = ['root', 'login', 'user'] as const

export type RunAs = (typeof runAsChoices)[number]

/**
 * The Unix user on one server.
 */
export function unixUserOf(
  { runAs, runAsUser }: { runAs: RunAs; runAsUser: string | null },
  server: { username: string }
): string {
  if (runAs === 'root') return 'root'
  return runAs === 'login' ? server.username : (runAsUser ?? 'root')
}

/** In words. */
export function runAsWords({ runAs, runAsUser }: { runAs: RunAs; runAsUser: string | null }) {
  if (runAs === 'root') return 'root'
  return runAs === 'login' ? 'the login user' : (runAsUser ?? 'root')
}

/** How long something may take: what forms offer, in seconds. */
export const timeouts = [
  { value: 30, label: '30 seconds' },
  { value: 60, label: '1 minute' },
  { value: 300, label: '5 minutes' },
  { value: 900, label: '15 minutes' },
  { value: 3600, label: '1 hour' },
  { value: 21_600, label: '6 hours' },
  { value: 86_400, label: '1 day' },
]
