/** How much of one text among the details is kept, in characters. */
const MOST_OF_A_DETAIL = 4_000

/**
 * As much of a text as its column holds, in characters (code points), and as the database gives it
 * back: half a surrogate pair would come back as another character and break the chain.
 */
export function shortened(text: string | null, most: number): string | null {
  return text === null ? null : [...text.toWellFormed()].slice(0, most).join('')
}

/**
 * The details of an act with every long text in them cut, which says how much is left out.
 */
export function shortenedDetails(details: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify(details), (_, value) => {
    if (typeof value !== 'string') return value
    const left = value.length - MOST_OF_A_DETAIL
    const kept = value.slice(0, MOST_OF_A_DETAIL).toWellFormed()
    return left > 0 ? `${kept}… (${left} more characters)` : value.toWellFormed()
  })
}
