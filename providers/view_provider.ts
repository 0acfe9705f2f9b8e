import type { ApplicationService } from '@adonisjs/core/types'
import edge, { edgeGlobals, type Edge } from 'edge.js'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AnsiParser, segmentsOf, type AnsiLine } from '../resources/js/lib/ansi.js'
import {
  exactTime,
  formatBytes,
  formatChange,
  formatDuration,
  formatNumber,
  plural,
  relativeTime,
} from '../resources/js/lib/format.js'
import { initialsOf, tintOf } from '../resources/js/lib/people.js'
import { attributes } from './view/attributes.js'
import { badge, mark } from './view/badge.js'
import { escape } from './view/escape.js'
import { serverRows } from './view/server_rows.js'
import { joinLiterals } from './view/template_literals.js'
import { timeElement } from './view/time_element.js'

const { safe } = edgeGlobals.html
const ICON_NAME = /^[a-z0-9-]+$/
const MAX_LINE = 8192
/** The tail of a log that a page shows without script, in lines. */
const MAX_ROWS = 2000

/** What templates pass as a moment: a Date, an ISO string, or Luxon's DateTime. */
type Moment = Date | string | number | { toJSDate(): Date } | null | undefined

const iconFolder = join(
  dirname(fileURLToPath(import.meta.resolve('lucide-static/package.json'))),
  'icons'
)
const drawings = new Map<string, string>()

/**
 * Inlines one of Lucide's icons, by its name there; how its lines are drawn is said in icon.css.
 * `label` names it for those who do not see it; without one it is decoration. Throws on a name that
 * Lucide does not have.
 */
export function icon(
  name: string,
  options: { size?: number; class?: string; label?: string } = {}
) {
  if (!ICON_NAME.test(name)) {
    throw new Error(`"${name}" is not the name of an icon`)
  }
  let drawing = drawings.get(name)
  if (drawing === undefined) {
    const source = readFileSync(join(iconFolder, `${name}.svg`), 'utf8')
    drawing = /<svg[^>]*>([^]*)<\/svg>/.exec(source)![1].replace(/\s*\n\s*/g, '')
    drawings.set(name, drawing)
  }
  const size = Number(options.size ?? 16)
  const meaning = options.label
    ? `role="img" aria-label="${escape(options.label)}"`
    : 'aria-hidden="true"'
  return safe(
    `<svg class="${escape(['icon', options.class].filter(Boolean).join(' '))}" ${meaning}` +
      ` width="${size}" height="${size}" viewBox="0 0 24 24">${drawing}</svg>`
  )
}

const iconSets = new WeakMap<readonly string[], ReturnType<typeof safe>>()

/**
 * Icons for a script that shows them by their names; what is written of a list is kept with it.
 */
export function iconSet(names: readonly string[]) {
  let written = iconSets.get(names)
  if (!written) {
    const icons = names.map((name) => `<span data-icon="${name}">${icon(name).value}</span>`)
    written = safe(icons.join(''))
    iconSets.set(names, written)
  }
  return written
}

/**
 * The rows of a log's tail for readers without script, in the same markup that the viewer makes.
 * `before` is how many lines of the log come before `text`.
 */
export function logRows(text: string, before: number) {
  const parser = new AnsiParser()
  const lines: AnsiLine[] = parser.push(text)
  if (parser.pending.text !== '') {
    lines.push(parser.pending)
  }
  const skipped = Math.max(0, lines.length - MAX_ROWS)
  const rows = lines.slice(skipped).map((line, index) => {
    const number = before + skipped + index + 1
    const link = `<a class="log__number" href="#L${number}">${number}</a>`
    return `<span class="log__row" id="L${number}">${link}${logText(line)}</span>`
  })
  return safe(rows.join(''))
}

function logText(line: AnsiLine) {
  let room = MAX_LINE
  let html = ''
  for (const { text, className } of segmentsOf(line)) {
    const shown = escape(text.slice(0, Math.max(0, room)))
    html += className ? `<span class="${className}">${shown}</span>` : shown
    room -= text.length
  }
  return `<span class="log__text">${html}</span>`
}

/**
 * Writes a value as JSON for a `<script type="application/json">` block.
 */
export function jsonData(value: unknown) {
  return safe(JSON.stringify(value ?? null).replaceAll('<', '\\u003c'))
}

/** Reads what templates pass as a moment. Null when there is none. */
function toDate(at: Moment): Date | null {
  if (at === null || at === undefined || at === '') {
    return null
  }
  const date = typeof at === 'object' && 'toJSDate' in at ? at.toJSDate() : new Date(at)
  return Number.isNaN(date.getTime()) ? null : date
}

/** How long something took or is taking, in words; '' before it began. */
function elapsed(from: Moment, to: Moment) {
  const start = toDate(from)
  const end = toDate(to) ?? new Date()
  return start ? formatDuration(end.getTime() - start.getTime()) : ''
}

/** How long something took, in milliseconds; null while it has not ended. */
function timeBetween(from: Moment, to: Moment): number | null {
  const [start, end] = [toDate(from), toDate(to)]
  return start && end ? end.getTime() - start.getTime() : null
}

/**
 * Gives templates what they say numbers, moments, icons and logs with.
 */
export function registerViewGlobals(target: Edge) {
  target.global('attributes', attributes)
  target.global('mark', mark)
  target.global('badge', badge)
  target.global('icon', icon)
  target.global('iconSet', iconSet)
  target.global('relativeTime', (at: Moment, zone?: string | null) =>
    said(at, (date) => relativeTime(date, new Date(), zone ?? undefined))
  )
  target.global('exactTime', (at: Moment, zone?: string | null) =>
    said(at, (date) => exactTime(date, zone ?? undefined))
  )
  target.global('isoTime', (at: Moment) => said(at, (date) => date.toISOString()))
  target.global('timeElement', (at: Moment, zone?: string | null) => {
    const date = toDate(at)
    return date ? timeElement(date, zone) : null
  })
  target.global('elapsed', elapsed)
  target.global('formatBytes', formatBytes)
  target.global('formatChange', formatChange)
  target.global('formatDuration', formatDuration)
  target.global('timeBetween', timeBetween)
  target.global('formatNumber', formatNumber)
  target.global('plural', plural)
  target.global('initialsOf', initialsOf)
  target.global('tintOf', tintOf)
  target.global('logRows', logRows)
  target.global('serverRows', serverRows)
  target.global('jsonData', jsonData)
}

function said(at: Moment, say: (date: Date) => string) {
  const date = toDate(at)
  return date ? say(date) : ''
}

/**
 * Looks for templates once: Edge looks through the directory of components at every rendering, which
 * serves those who add one while they develop, and for the file of each one that a page has.
 */
function findTemplatesOnce({ loader }: Edge) {
  const list = loader.listComponents.bind(loader)
  let components: ReturnType<typeof list> | null = null
  loader.listComponents = () => (components ??= list())
  const find = loader.makePath.bind(loader)
  const paths = new Map<string, string>()
  loader.makePath = (name) => {
    let path = paths.get(name)
    if (path === undefined) paths.set(name, (path = find(name)))
    return path
  }
}

/**
 * Registers the globals of all templates.
 */
export default class ViewProvider {
  readonly #app: ApplicationService

  constructor(app: ApplicationService) {
    this.#app = app
  }

  boot() {
    registerViewGlobals(edge)
    edge.configure({ cache: !this.#app.inDev })
    edge.processor.process('compiled', ({ compiled }) => joinLiterals(compiled))
  }

  ready() {
    if (!this.#app.inDev) findTemplatesOnce(edge)
  }
}
