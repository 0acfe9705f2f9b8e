/**
 * Brings the server's present view of this page onto it: each `[data-region]` is replaced by its
 * counterpart in a fresh copy. What is outside the regions (a log being read) stays as it is.
 *
 * @param names only these, when given
 */
export async function refreshRegions(names?: readonly string[]) {
  if (!document.querySelector('main [data-region]')) {
    window.location.reload()
    return
  }
  const response = await fetch(window.location.href, { headers: { accept: 'text/html' } })
  if (!response.ok || response.redirected) {
    window.location.reload()
    return
  }
  const fresh = parsePage(await response.text())
  for (const region of regionsOf(document)) {
    if (names?.includes(region.dataset.region!) ?? true) replaceRegion(region, fresh)
  }
}

/**
 * Brings onto this page the regions of a fresh copy of it, or of a part of it. One in which somebody
 * is at something is left alone.
 *
 * @returns whether one was left alone
 */
export function takeRegions(fresh: Document): boolean {
  const regions = regionsOf(document)
  const free = regions.filter((region) => !isBusy(region))
  free.forEach((region) => replaceRegion(region, fresh))
  return free.length < regions.length
}

export function parsePage(html: string): Document {
  return new DOMParser().parseFromString(html, 'text/html')
}

function regionsOf(page: Document) {
  return [...page.querySelectorAll<HTMLElement>('[data-region]')]
}

function replaceRegion(region: HTMLElement, fresh: Document) {
  const name = CSS.escape(region.dataset.region!)
  const counterpart = fresh.querySelector(`[data-region="${name}"]`)
  if (!counterpart) return region.remove()
  const replacement = document.importNode(counterpart, true)
  for (const opened of region.querySelectorAll('[id] details[open]')) {
    const id = CSS.escape(opened.closest('[id]')!.id)
    replacement.querySelector(`#${id} details`)?.setAttribute('open', '')
  }
  region.replaceWith(replacement)
}

/** What somebody is at, and would lose: a choice, a press of a button, a form on its way. */
const BUSY = 'dialog[open], :popover-open, input:checked, :focus-visible, :active, form[data-sent]'

function isBusy(region: HTMLElement) {
  const selection = window.getSelection()
  const isSelected = selection?.isCollapsed === false && selection.containsNode(region, true)
  return isSelected || region.querySelector(BUSY) !== null
}
