import type { LucidModel, ModelQueryBuilderContract } from '@adonisjs/lucid/types/model'
import { WORD_BREAKS } from '#app/palette/words'

type Query = ModelQueryBuilderContract<LucidModel, any>

/** Columns that a search looks through, each with its table. */
export interface SearchedColumns {
  /** The first is the name, by which answers are ranked. */
  texts: readonly [string, ...string[]]
  /** Commits: found by how they begin, from four digits on. */
  commits?: readonly string[]
  /** ULIDs: found by six letters or more, because fewer are in all of them. */
  ids?: readonly string[]
  /** A column that refers to rows which may hold a word instead, and those rows' ids. */
  reference?: { column: string; matching(word: string): Query }
}

/**
 * Keeps the rows in which every word occurs, the best first: the name is the text, begins with its
 * first word, has a word that begins so, has it anywhere. `words` come from `wordsOf`.
 */
export function search(query: Query, words: readonly string[], columns: SearchedColumns): void {
  keepMatches(query, words, columns)
  if (words.length > 0) rankByName(query, words, columns.texts[0])
}

/**
 * Keeps the rows in which every word occurs, in the order they have.
 */
export function keepMatches(
  query: Query,
  words: readonly string[],
  columns: SearchedColumns
): void {
  const { reference } = columns
  for (const word of words) {
    query.where((either) => {
      for (const [column, pattern] of patternsOf(word, columns)) {
        either.orWhereRaw("?? like ? escape '!'", [column, pattern])
      }
      if (reference) either.orWhereIn(reference.column, reference.matching(word))
    })
  }
}

/**
 * Whether a word can be meant as a part of a ULID.
 */
export function isPartOfId(word: string): boolean {
  return /^[0-9a-hjkmnp-tv-z]{6,26}$/.test(word)
}

function patternsOf(word: string, { texts, commits = [], ids = [] }: SearchedColumns) {
  const anywhere = spellings(word).map((spelling) => `%${literal(spelling)}%`)
  const patterns = texts.flatMap((column) => anywhere.map((pattern) => [column, pattern]))
  if (/^[0-9a-f]{4,64}$/.test(word)) {
    patterns.push(...commits.map((column) => [column, `${word}%`]))
  }
  if (isPartOfId(word)) {
    patterns.push(...ids.map((column) => [column, `%${word}%`]))
  }
  return patterns
}

function rankByName(query: Query, words: readonly string[], name: string) {
  const first = spellings(words[0]).map(literal)
  const tiers = [
    spellings(words.join(' ')).map(literal),
    first.map((word) => `${word}%`),
    WORD_BREAKS.flatMap((before) => first.map((word) => `%${literal(before)}${word}%`)),
  ]
  for (const patterns of tiers) {
    const is = patterns.map(() => "?? like ? escape '!'").join(' or ')
    const bindings = patterns.flatMap((pattern) => [name, pattern])
    query.orderByRaw(['case when', is, 'then 0 else 1 end'].join(' '), bindings)
  }
}

/** SQLite folds the case of ASCII letters alone, so others are asked for in each way. */
function spellings(word: string): string[] {
  if (/^\p{ASCII}*$/u.test(word)) return [word]
  const upper = word.toUpperCase()
  return [...new Set([word, upper, word.replace(/^./u, (letter) => letter.toUpperCase())])]
}

/** Takes from a text what LIKE would read as a pattern, with `!` as the escape. */
function literal(text: string): string {
  return text.replace(/[!%_]/g, '!$&')
}
