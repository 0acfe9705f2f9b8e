/** A longer text, in characters, is not a search: nothing is found. */
export const LONGEST_TEXT = 200

/** What stands before the beginning of a word within a name. */
export const WORD_BREAKS = [' ', '-', '_', '.', '/', '@', ':'] as const

/**
 * The words of what someone typed, in lower case, each once. Null when the text is too long to
 * be a search.
 */
export function wordsOf(text: string): string[] | null {
  if (text.length > LONGEST_TEXT) return null
  const words = text.toLowerCase().split(/[\s\p{Cc}]+/u)
  return [...new Set(words.filter(Boolean))]
}

/**
 * Whether every word occurs in one of the texts.
 */
export function occur(words: readonly string[], ...texts: readonly string[]): boolean {
  const lower = texts.map((text) => text.toLowerCase())
  return words.every((word) => lower.some((text) => text.includes(word)))
}

/**
 * How well a name answers to the words, the best first: 0 it is just that, 1 it begins so, 2 a
 * word of it begins so, 3 anything else.
 */
export function rank(name: string, words: readonly string[]): number {
  const text = name.toLowerCase()
  const first = words[0] ?? ''
  if (text === words.join(' ')) return 0
  if (text.startsWith(first)) return 1
  return WORD_BREAKS.some((before) => text.includes(before + first)) ? 2 : 3
}

/**
 * The best of a list, those that are as good as each other in the order they came.
 */
export function ranked<T>(things: readonly T[], rankOf: (thing: T) => number, most: number): T[] {
  return things
    .map((thing) => ({ thing, rank: rankOf(thing) }))
    .sort((one, other) => one.rank - other.rank)
    .slice(0, most)
    .map(({ thing }) => thing)
}
