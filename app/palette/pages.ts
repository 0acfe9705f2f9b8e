import { urlFor } from '@adonisjs/core/services/url_builder'
import type { Asker, Entry } from '#app/palette/entries'
import { GROUP_SIZE } from '#app/palette/entries'
import { occur, rank, ranked } from '#app/palette/words'

/** A page that belongs to no single thing. The list of them is `start/palette.ts`. */
export interface PalettePage {
  label: string
  /** Other words that people look for it by. */
  words: string
  icon: string
  /** A route that takes no parameters. */
  routeName: string
  /** Whether someone may see it, as the authorisation table says of its route. */
  isOpenTo(asker: Asker): boolean
}

let pages: readonly PalettePage[] = []

/**
 * Makes pages known to the palette, in the order they are listed before anything is typed.
 */
export function registerPages(list: readonly PalettePage[]) {
  pages = list
}

/**
 * The icons of the pages, by Lucide's names.
 */
export function pageIcons(): string[] {
  return pages.map(({ icon }) => icon)
}

/**
 * The pages that answer to the words and that the person may see.
 */
export function findPages(asker: Asker, words: readonly string[]): Entry[] {
  const open = pages.filter((page) => occur(words, page.label, page.words) && page.isOpenTo(asker))
  return ranked(open, ({ label }) => rank(label, words), GROUP_SIZE).map(pageEntry)
}

function pageEntry({ label, icon, routeName }: PalettePage): Entry {
  // Which routes there are, the authorisation table has said when the panel booted.
  return { label, detail: null, icon, href: urlFor(routeName as 'dashboard.show') }
}
