import { isEnvironmentKey, isEnvironmentValue } from '#engine/system/grammar'

/** Something in a file of variables that cannot be read, and where. */
export interface DotenvProblem {
  /** From 1. */
  line: number
  message: string
}

/** Characters after a backslash in double quotes, and what they mean. */
const ESCAPED: Record<string, string> = {
  'n': '\n',
  'r': '\r',
  't': '\t',
  '"': '"',
  '\\': '\\',
  '$': '$',
}

const PLAIN = /^[A-Za-z0-9_./:@%+,=-]*$/

/**
 * Reads a file of variables as `.env` files are written: `KEY=value`, perhaps after `export`;
 * comments; single quotes and backticks as they are, double quotes with \n, \r, \t, \", \\ and \$;
 * quoted values over several lines. Nothing is put in for `$NAME`. The last of a name counts.
 * What cannot be read is told and never left out in silence.
 *
 * @see https://nodejs.org/api/environment_variables.html#dotenv
 */
export function parseDotenv(text: string): {
  variables: Map<string, string>
  problems: DotenvProblem[]
} {
  const variables = new Map<string, string>()
  const problems: DotenvProblem[] = []
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n/)
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1
    const trimmed = lines[index].trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const assignment = /^(?:export\s+)?([^=\s]+)\s*=\s*([^]*)$/.exec(trimmed)
    if (!assignment) {
      problems.push({ line, message: 'There is no = in it.' })
      continue
    }
    const [, key, rest] = assignment
    const quote = /^['"`]/.exec(rest)?.[0]
    let value: string | null = null
    if (quote) {
      const quoted = readQuoted(
        lines,
        index,
        lines[index].indexOf(quote, lines[index].indexOf('='))
      )
      index = quoted.end
      value = quoted.value
      if (value === null) problems.push({ line, message: quoted.message })
    } else {
      const comment = rest.indexOf('#')
      value = (comment < 0 ? rest : rest.slice(0, comment)).trimEnd()
    }
    if (!isEnvironmentKey(key)) {
      problems.push({ line, message: 'What is before the = cannot name a variable.' })
    } else if (value !== null && !isEnvironmentValue(value)) {
      problems.push({ line, message: `The value of ${key} is too long or is no text.` })
    } else if (value !== null) {
      variables.set(key, value)
    }
  }
  return { variables, problems }
}

/** Reads on over as many lines as the quotes hold. `end` is the last line that belongs to it. */
function readQuoted(
  lines: readonly string[],
  start: number,
  column: number
): { end: number; value: string | null; message: string } {
  const quote = lines[start][column]
  let value = ''
  for (let index = start; index < lines.length; index++) {
    const line = lines[index]
    for (let at = index === start ? column + 1 : 0; at < line.length; at++) {
      const character = line[at]
      if (character === quote) {
        const after = line.slice(at + 1).trim()
        if (after === '' || after.startsWith('#')) return { end: index, value, message: '' }
        return { end: index, value: null, message: `Something follows the closing ${quote}.` }
      }
      if (quote === '"' && character === '\\' && line[at + 1] in ESCAPED) {
        value += ESCAPED[line[++at]]
      } else {
        value += character
      }
    }
    value += '\n'
  }
  return { end: start, value: null, message: `The ${quote} that opens its value is never closed.` }
}

/** One line of a file of variables, which `parseDotenv` reads as what was given. */
export function formatDotenv(key: string, value: string): string {
  if (PLAIN.test(value)) return `${key}=${value}`
  if (!/['\r]/.test(value)) return `${key}='${value}'`
  const escaped = value.replace(/["\\$\n\r\t]/g, (character) => {
    const [name] = Object.entries(ESCAPED).find(([, meant]) => meant === character)!
    return `\\${name}`
  })
  return `${key}="${escaped}"`
}
