import { structuredPatch } from 'diff'

/** More than this is not shown of one difference, in lines. */
const MOST_LINES = 400

/** What servers send may be made to be slow to compare: then it is not. In milliseconds and changes. */
const LIMITS = { timeout: 100, maxEditLength: 1500 }

/** A line as it stands in both texts, in the first alone (`-`) or in the second alone (`+`). */
export interface DiffLine {
  kind: ' ' | '-' | '+'
  text: string
}

export interface Difference {
  added: number
  removed: number
  /** Stretches of lines with what is around them, and the line numbers where each begins. */
  hunks: { oldStart: number; newStart: number; lines: DiffLine[] }[]
  /** Lines that are left out. */
  left: number
}

/**
 * How one text differs from another, line by line; null when they have too little in common for
 * the difference to say anything.
 */
export function differenceOf(base: string, other: string): Difference | null {
  const patch = structuredPatch('', '', `${base}\n`, `${other}\n`, '', '', {
    context: 3,
    ...LIMITS,
  })
  if (!patch) return null
  const count = (sign: string) =>
    patch.hunks.flatMap(({ lines }) => lines).filter((line) => line[0] === sign).length
  const difference: Difference = { added: count('+'), removed: count('-'), hunks: [], left: 0 }
  let room = MOST_LINES
  for (const { oldStart, newStart, lines } of patch.hunks) {
    const shown = lines.slice(0, room).map(lineOf)
    room -= shown.length
    difference.left += lines.length - shown.length
    if (shown.length > 0) difference.hunks.push({ oldStart, newStart, lines: shown })
  }
  return difference
}

function lineOf(line: string): DiffLine {
  return { kind: line[0] as DiffLine['kind'], text: line.slice(1) }
}
