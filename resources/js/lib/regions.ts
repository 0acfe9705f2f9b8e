/**
 * Brings the server's present view of this page onto it: each `[data-region]` is replaced by its
 * counterpart in a fresh copy. What is outside the regions (a log being read) stays as it is.
 *
 * @param names only these, when given
 */
export async function refreshRegions(names?: readonly string[]) {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    ({ dataset }) => names?.includes(dataset.region!) ?? true
  )
  if (!document.querySelector('main [data-region]')) {
    window.location.reload()
    return
  }
  const response = await fetch(window.location.href, { headers: { accept: 'text/html' } })
  if (!response.ok || response.redirected) {
    window.location.reload()
    return
  }
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
  for (const region of regions) {
    const name = CSS.escape(region.dataset.region!)
    const counterpart = fresh.querySelector(`[data-region="${name}"]`)
    if (counterpart) {
      region.replaceWith(document.adoptNode(counterpart))
    } else {
      region.remove()
    }
  }
}
