/** A piece of a text, and whether someone asked for it. */
export interface Piece {
  text: string
  isMatch: boolean
}

/**
 * Cuts a text into pieces that hold what was asked for and pieces that do not. `words` are in
 * lower case.
 */
export function emphasise(text: string, words: readonly string[]): Piece[] {
  const lower = text.toLowerCase()
  // A letter whose lower case is longer would move all that follows it.
  if (lower.length !== text.length) return [{ text, isMatch: false }]
  const marked = new Array<boolean>(text.length).fill(false)
  for (const word of words) {
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length)) {
      marked.fill(true, at, at + word.length)
    }
  }
  const pieces: Piece[] = []
  for (const [index, isMatch] of marked.entries()) {
    const last = pieces.at(-1)
    if (last?.isMatch === isMatch) last.text += text[index]
    else pieces.push({ text: text[index], isMatch })
  }
  return pieces
}

/**
 * Writes a text into an element, the words in it as `<mark>`, all of it as text.
 */
export function writeEmphasised(element: Element, text: string, words: readonly string[]) {
  element.replaceChildren(
    ...emphasise(text, words).map((piece) => {
      if (!piece.isMatch) return piece.text
      const mark = document.createElement('mark')
      mark.textContent = piece.text
      return mark
    })
  )
}
