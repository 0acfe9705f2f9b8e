/** So many names stand in a sentence. */
const MOST = 3

/**
 * Names of servers for a sentence: "web-1", "web-1 and web-2", "web-1, web-2 and 3 more".
 */
export function serverNames(names: readonly string[]): string {
  if (names.length > MOST) return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
