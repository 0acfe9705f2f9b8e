/**
 * How people are drawn, the same on the server and in the browser.
 */

/** How many tints there are; `.avatar--1` and so on in avatar.css. */
const TINTS = 6

/**
 * The first letters of a name's first and last words: "Ada King Lovelace" becomes "AL".
 */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = words.length > 1 ? [words[0], words.at(-1)!] : [words[0]]
  return letters.map((word) => [...word][0]?.toUpperCase() ?? '').join('')
}

/**
 * Which tint a person's initials stand on, from 1: always the same for the same id.
 */
export function tintOf(id: string): number {
  let sum = 0
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)!) % 65_521
  return 1 + (sum % TINTS)
}
