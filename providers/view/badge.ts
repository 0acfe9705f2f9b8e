import { edgeGlobals } from 'edge.js'
import { attributes } from './attributes.js'
import { escape } from './escape.js'

const { safe } = edgeGlobals.html

interface BadgeOptions extends Record<string, unknown> {
  tone?: string | null
  label: string
  /** Without a ground, for tables. */
  plain?: boolean
}

/** The shape that stands for a state, with its word or beside it. */
export function mark(tone?: string | null) {
  const name = escape(tone ?? 'neutral')
  return safe(
    `<svg class="mark mark--${name}" aria-hidden="true"><use href="#mark-${name}" /></svg>`
  )
}

/** A state: its shape and its word. What else is given becomes attributes. */
export function badge({ tone, plain, label, ...rest }: BadgeOptions) {
  const outside = attributes(rest, [], {
    class: ['badge', `badge--${tone ?? 'neutral'}`, plain && 'badge--plain'],
  })
  return safe(
    `<span ${outside.value}>${mark(tone).value}<span data-badge-label>${escape(label)}</span></span>`
  )
}
