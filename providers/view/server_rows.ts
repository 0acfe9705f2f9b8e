import { edgeGlobals } from 'edge.js'
import type { ServerLine } from '#app/servers/queries/server_list'
import { badge } from './badge.js'
import { escape } from './escape.js'
import { timeElement } from './time_element.js'

const { safe } = edgeGlobals.html

interface RowOptions {
  /** The IANA name of the person's zone. */
  zone?: string | null
  /** Whether rows have a check box. */
  selects?: boolean
}

/**
 * The rows of the server list. Fifty of them are the busiest page there is: written out here they
 * take a fraction of what a template takes.
 */
export function serverRows(lines: readonly ServerLine[], options: RowOptions = {}) {
  return safe(lines.map((line) => rowOf(line, options)).join('\n'))
}

function rowOf(line: ServerLine, { zone, selects }: RowOptions): string {
  const name = escape(line.name)
  const box = selects
    ? `<td class="shrink"><input class="table__select" type="checkbox" data-select-row name="servers[]" value="${escape(line.id)}" aria-label="Select ${name}" /></td>`
    : ''
  const seen = line.seenAt === null ? '<span class="faint">never</span>' : timeOf(line.seenAt, zone)
  return (
    `<tr>${box}<td><span class="server-line"><a class="table__link" href="/servers/${escape(line.id)}">${name}</a> ` +
    `<span class="table__sub mono wide-only">${escape(line.host)}</span></span>${labelsOf(line)}</td>` +
    `<td class="nowrap">${statusOf(line, zone)}</td>` +
    `<td class="wide-only nowrap muted">${escape(line.os)}${noteOf(escape(line.notes))}</td>` +
    line.meters.map(meterOf).join('') +
    `<td class="num muted">${seen}</td></tr>`
  )
}

function labelsOf({ group, tags }: ServerLine): string {
  if (!group && tags.length === 0) return ''
  const label = ({ name, colour }: { name: string; colour: string }, kind = '') =>
    `<span class="tag tag--${escape(colour)}${kind}">${escape(name)}</span>`
  const labels = (group ? label(group, ' tag--group') : '') + tags.map((tag) => label(tag)).join('')
  return `<span class="server-line wide-only">${labels}</span>`
}

function statusOf({ look, status, since }: ServerLine, zone: RowOptions['zone']): string {
  const note = status === 'unreachable' ? `since ${timeOf(since, zone)}` : ''
  const { tone, label } = look
  return badge({ tone, label, plain: true }).value + noteOf(note, ' server-note--state')
}

const noteOf = (html: string, kind = '') =>
  html === '' ? '' : `<span class="server-note${kind}">${html}</span>`

function meterOf({ permille, text }: { permille: number; text: string }): string {
  const meter =
    text === ''
      ? ''
      : `<span class="meter"><meter class="meter__bar" max="1000" low="750" high="900" optimum="0" value="${permille}" aria-hidden="true"></meter><span class="meter__text">${text}</span></span>`
  return `<td class="wide-only">${meter}</td>`
}

const timeOf = (at: number, zone: RowOptions['zone']) => timeElement(new Date(at), zone).value
