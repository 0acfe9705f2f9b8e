import { edgeGlobals } from 'edge.js'
import { exactTime, relativeTime } from '../../resources/js/lib/format.js'

/** A moment as pages show it: relative, with the exact one in the person's zone on hover. */
export function timeElement(at: Date, zone?: string | null) {
  const words = relativeTime(at, new Date(), zone ?? undefined)
  return edgeGlobals.html.safe(
    `<time datetime="${at.toISOString()}" title="${exactTime(at, zone ?? undefined)}" x-data="relativeTime">${words}</time>`
  )
}
