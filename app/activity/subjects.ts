import type { Reach } from '#app/activity/reach'

/** Where a thing is looked at, and how it stands when that is worth saying. */
export interface SubjectPage {
  href: string
  title?: string
  state?: { tone: string; label: string }
}

/**
 * A kind of thing that acts are about. The features' kinds are made known in
 * `start/activity_subjects.ts`, because activity knows no feature.
 */
export interface SubjectKind {
  /** As activity names it, such as `server`. */
  type: string
  label: string
  /**
   * The pages of those that are still there and within reach, by id.
   */
  find(reach: Reach, ids: readonly string[]): Promise<Map<string, SubjectPage>>
}

const kinds = new Map<string, SubjectKind>()

/**
 * Makes kinds of things known to the pages of activity.
 */
export function registerSubjects(list: readonly SubjectKind[]): void {
  for (const kind of list) kinds.set(kind.type, kind)
}

export function subjectKinds(): SubjectKind[] {
  return [...kinds.values()]
}

/** Finds pages of things of several kinds. */
export type FindPage = (type: string | null, id: string | null) => SubjectPage | null

/**
 * Looks for the pages of all these things, a query for each kind.
 */
export async function findPages(
  reach: Reach,
  things: readonly { type: string | null; id: string | null }[]
): Promise<FindPage> {
  const found = new Map<string, Map<string, SubjectPage>>()
  const looking = subjectKinds().map(async (kind) => {
    const ofKind = things.filter(({ type, id }) => type === kind.type && id !== null)
    const ids = [...new Set(ofKind.map(({ id }) => id!))]
    if (ids.length > 0) found.set(kind.type, await kind.find(reach, ids))
  })
  await Promise.all(looking)
  return (type, id) => found.get(type ?? '')?.get(id ?? '') ?? null
}
