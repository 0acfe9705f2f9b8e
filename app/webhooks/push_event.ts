/** What became of one branch or tag. */
export interface RefChange {
  /** Such as `refs/heads/main`. */
  ref: string
  /** Where it points now, in full; null when it was not said. */
  commit: string | null
  /** It is there no more. */
  deleted: boolean
  /** The first line of that commit's message. */
  subject: string | null
}

/**
 * What a provider tells, in one form for all of them.
 */
export interface PushEvent {
  /** What the provider calls it. */
  name: string
  kind: 'push' | 'ping' | 'other'
  changes: readonly RefChange[]
  /** Who pushed, in their own words. */
  pusher: string | null
}

/**
 * A part of a payload, by the names that lead to it; undefined where it is not there.
 */
export function partOf(payload: unknown, ...path: readonly string[]): unknown {
  let part = payload
  for (const name of path) {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, name)) return undefined
    part = (part as Record<string, unknown>)[name]
  }
  return part
}

/**
 * The first line of a text that strangers wrote, fit to be kept and shown: no control characters,
 * none that turn the direction of writing, and no more than `most` characters. Null for no text.
 */
export function lineOf(value: unknown, most: number): string | null {
  if (typeof value !== 'string') return null
  const [line] = value.slice(0, most * 4).split(/[\r\n\u2028\u2029]/, 1)
  const plain = line
    .toWellFormed()
    .replace(/[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, ' ')
    .trim()
  return [...plain].slice(0, most).join('') || null
}

/** The name of a branch or tag as a payload has it, or null. */
export function refOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= 255 && !/\p{Cc}/u.test(value) && value !== ''
    ? value.toWellFormed()
    : null
}

/** What stands for a commit that is none: it can be shown, and never be taken for one. */
const NO_COMMIT = '?'

/**
 * One change of one ref, as GitHub, Gitea and GitLab tell it. None without a ref.
 */
export function changeOf(ref: unknown, commit: unknown, message: unknown): RefChange[] {
  const name = refOf(ref)
  if (name === null) return []
  const given = typeof commit === 'string' && /^[0-9a-f]{1,64}$/.test(commit) ? commit : NO_COMMIT
  const pointsAt = commit === undefined || commit === null ? null : given
  const deleted = pointsAt !== null && /^0+$/.test(pointsAt)
  return [{ ref: name, commit: deleted ? null : pointsAt, deleted, subject: lineOf(message, 200) }]
}
