import { segmentsOf, type AnsiLine } from './ansi.js'

/** What is marked in the lines of a log. Lines count from 0, -1 is none. */
export interface LogMarks {
  query: string
  currentLine: number
  targetLine: number
}

/** No screen shows more of one line; the download has it all. */
export const MAX_CHARACTERS = 8192
const MAX_MATCHES = 200

/**
 * Makes the element of one line. Its text becomes text nodes, never markup, and its class names
 * come from a closed set.
 */
export function createLogRow(
  line: AnsiLine,
  index: number,
  lineNumber: number,
  marks: LogMarks
): HTMLElement {
  const row = document.createElement('span')
  row.className = 'log__row'
  row.classList.toggle('log__row--target', index === marks.targetLine)
  const number = document.createElement('a')
  number.className = 'log__number'
  row.id = `L${lineNumber}`
  number.href = `#L${lineNumber}`
  number.textContent = String(lineNumber)
  const text = document.createElement('span')
  text.className = 'log__text'
  fillText(text, line, marks.query, index === marks.currentLine)
  row.append(number, text)
  return row
}

function fillText(target: HTMLElement, line: AnsiLine, query: string, current: boolean) {
  const matches = matchesIn(line.text, query)
  const matchClass = current ? 'log__match log__match--current' : 'log__match'
  let at = 0
  for (const segment of segmentsOf(line)) {
    const end = Math.min(at + segment.text.length, MAX_CHARACTERS)
    for (const match of matches) {
      const from = Math.max(match, at)
      const to = Math.min(match + query.length, end)
      if (from < to) {
        append(target, line.text.slice(at, from), segment.className)
        append(
          target,
          line.text.slice(from, to),
          `${segment.className} ${matchClass}`.trim(),
          'mark'
        )
        at = to
      }
    }
    append(target, line.text.slice(at, end), segment.className)
    at = end
  }
  if (line.text.length > MAX_CHARACTERS) {
    append(target, ` … ${line.text.length - MAX_CHARACTERS} more characters`, 'ansi-dim')
  }
}

function matchesIn(text: string, query: string): number[] {
  const matches: number[] = []
  if (query === '') {
    return matches
  }
  const needle = query.toLowerCase()
  const haystack = text.slice(0, MAX_CHARACTERS).toLowerCase()
  let at = haystack.indexOf(needle)
  while (at !== -1 && matches.length < MAX_MATCHES) {
    matches.push(at)
    at = haystack.indexOf(needle, at + needle.length)
  }
  return matches
}

function append(target: HTMLElement, text: string, className: string, tag = 'span') {
  if (text === '') {
    return
  }
  if (className === '') {
    target.append(text)
    return
  }
  const element = document.createElement(tag)
  element.className = className
  element.textContent = text
  target.append(element)
}
