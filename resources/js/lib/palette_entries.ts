import { plural } from './format.js'

/**
 * One line of the palette as the server sends it: it leads to a page (`href`), sends a form
 * (`action`), or names something that the browser does by itself (`command`).
 */
export interface PaletteEntry {
  label: string
  note?: string | null
  detail?: string | null
  icon: string
  at?: string | null
  state?: { tone: string; label: string }
  href?: string
  action?: string
  command?: string
}

export interface PaletteGroup {
  label: string
  entries: PaletteEntry[]
}

/**
 * What tells an entry from all others.
 */
export function keyOf({ href, action, command }: PaletteEntry): string {
  return href ?? action ?? command ?? ''
}

/**
 * The words of what someone typed, in lower case.
 */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean)
}

/**
 * The entries that hold every word in what they show, so that something answers before the
 * server does.
 */
export function narrow(groups: readonly PaletteGroup[], words: readonly string[]): PaletteGroup[] {
  const holds = ({ label, note, detail }: PaletteEntry) => {
    const text = [label, note, detail].join('\n').toLowerCase()
    return words.every((word) => text.includes(word))
  }
  return groups
    .map(({ label, entries }) => ({ label, entries: entries.filter(holds) }))
    .filter(({ entries }) => entries.length > 0)
}

/**
 * The recent entries in front of the groups, none of which shows one of them again.
 */
export function withRecent(
  recent: readonly PaletteEntry[],
  groups: readonly PaletteGroup[]
): PaletteGroup[] {
  if (recent.length === 0) return [...groups]
  const known = new Set(recent.map(keyOf))
  const others = groups.map(({ label, entries }) => ({
    label,
    entries: entries.filter((entry) => !known.has(keyOf(entry))),
  }))
  const all = [{ label: 'Recent', entries: [...recent] }, ...others]
  return all.filter(({ entries }) => entries.length > 0)
}

/**
 * How much is listed, for those who hear it.
 */
export function countOf(groups: readonly PaletteGroup[]): string {
  const count = groups.reduce((sum, { entries }) => sum + entries.length, 0)
  return count === 0 ? 'Nothing found' : plural(count, 'result')
}
