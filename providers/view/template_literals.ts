/** A statement of a compiled template that adds fixed text, as Edge writes it: `out += "…";`. */
const LITERAL = /^(\w+) \+= "((?:[^"\\]|\\.)*)";$/

/**
 * Joins what a compiled template adds of fixed text in one place. Edge adds each line and each line
 * break for itself, hundreds on a page, every time it is rendered.
 */
export function joinLiterals(compiled: string): string {
  const lines: string[] = []
  let target = ''
  let text = ''
  const close = () => {
    if (text !== '') lines.push(`${target} += "${text}";`)
    text = ''
  }
  for (const line of compiled.split('\n')) {
    const [, variable, literal] = LITERAL.exec(line) ?? []
    if (variable !== target) close()
    if (variable === undefined) lines.push(line)
    else text += literal
    target = variable ?? ''
  }
  close()
  return lines.join('\n')
}
