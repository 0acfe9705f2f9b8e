import type { Tone } from '#app/runs/states'
import type { Scope } from '#app/teams/scope'

/** Who asks the palette: their scope, and whether they administer the panel. */
export interface Asker {
  scope: Scope
  administrator: boolean
}

/**
 * What an entry leads to: a page, a form that is sent, or something the browser does by itself.
 */
export type Target = { href: string } | { method: 'POST'; action: string } | { command: string }

/**
 * One line of the palette. `note` says more in people's words, `detail` in those of machines (a
 * host, a branch); `at` is a moment in ISO 8601, `state` how the thing stands where that is worth
 * saying.
 */
export type Entry = {
  label: string
  note?: string | null
  detail: string | null
  icon: string
  at?: string | null
  state?: { tone: Tone; label: string }
} & Target

/** Entries of one kind, best first. */
export interface Group {
  label: string
  entries: Entry[]
}

/** How many entries a group shows at most. */
export const GROUP_SIZE = 6

/** Icons of the kinds of things, by Lucide's names. */
export const icons = {
  server: 'server',
  project: 'box',
  run: 'square-terminal',
  deployment: 'git-commit-horizontal',
} as const
