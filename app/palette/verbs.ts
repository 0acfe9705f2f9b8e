import type { Target } from '#app/palette/entries'
import type { Ability } from '#app/teams/roles'

/** How much of one of its words someone types before a verb is meant, in characters. */
const LEAST = 3

/**
 * Something that can be done with a thing of one kind.
 */
export interface Verb<Thing> {
  /** What people type when they want it. */
  words: readonly string[]
  /** Words that say nothing beside it, such as "of". */
  fillers?: readonly string[]
  /** What the route asks for. */
  ability: Ability
  icon: string
  /** Offered only to those who typed one of its words. */
  onDemand?: boolean
  label(thing: Thing): string
  detail?(thing: Thing): string | null
  target(thing: Thing): Target
  /** Whether it can be done with the thing as it is now. */
  isPossible?(thing: Thing): boolean | Promise<boolean>
}

/**
 * The words that are left for the thing when those that mean the verb are taken away: of
 * "variables of shop" it is "shop".
 */
export function withoutVerb(
  words: readonly string[],
  verb: Pick<Verb<never>, 'words' | 'fillers'>
): string[] {
  const means = (word: string) =>
    word.length >= LEAST && verb.words.some((known) => known.startsWith(word))
  if (!words.some(means)) return [...words]
  return words.filter((word) => !means(word) && !verb.fillers?.includes(word))
}
