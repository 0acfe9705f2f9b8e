import type { PaletteEntry } from './palette_entries.js'

const MOST = 8
const PREFIX = 'palette:'
const LONGEST_LABEL = 200

/**
 * The pages that someone went to by the palette, latest first, kept in this browser: labels, icons
 * and paths of this panel, nothing else.
 */
export class RecentEntries {
  readonly #key: string

  /** @param owner whose they are, such as the ids of a person and a team */
  constructor(owner: string) {
    this.#key = PREFIX + owner
  }

  list(): PaletteEntry[] {
    try {
      return readRecent(localStorage.getItem(this.#key))
    } catch {
      return []
    }
  }

  remember({ label, icon, href }: PaletteEntry) {
    if (!href) return
    const others = this.list().filter((entry) => entry.href !== href)
    this.#write([{ label, icon, href }, ...others].slice(0, MOST))
  }

  /** Takes over what things are called by now. */
  rename(entries: readonly PaletteEntry[]) {
    const labels = new Map(entries.map(({ href, label }) => [href, label]))
    const list = this.list()
    const renamed = list.map((entry) => ({
      ...entry,
      label: labels.get(entry.href) ?? entry.label,
    }))
    if (renamed.some(({ label }, index) => label !== list[index].label)) this.#write(renamed)
  }

  #write(entries: PaletteEntry[]) {
    try {
      localStorage.setItem(this.#key, JSON.stringify(entries))
    } catch {
      // A browser that keeps nothing has no recent entries.
    }
  }
}

/**
 * Forgets the recent entries of everyone who used this browser.
 */
export function forgetRecent() {
  try {
    Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .forEach((key) => localStorage.removeItem(key))
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

/**
 * Reads what was kept, and leaves out whatever is not a label with a path of this panel.
 */
export function readRecent(kept: string | null): PaletteEntry[] {
  const list: unknown = JSON.parse(kept ?? '[]')
  if (!Array.isArray(list)) return []
  return list
    .map(toEntry)
    .filter((entry) => entry !== null)
    .slice(0, MOST)
}

function toEntry(value: unknown): PaletteEntry | null {
  const { label, icon, href } = Object(value) as Record<string, unknown>
  const isWhole =
    typeof label === 'string' &&
    label.length <= LONGEST_LABEL &&
    typeof icon === 'string' &&
    typeof href === 'string' &&
    isOwnPath(href)
  return isWhole ? { label, icon, href } : null
}

/** A second slash, or what browsers read as one, would begin the name of another host. */
function isOwnPath(href: string): boolean {
  return /^\/(?![/\\])[\w/.?=&%-]*$/.test(href)
}
