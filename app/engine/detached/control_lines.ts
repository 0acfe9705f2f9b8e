/** A line that a program of this folder wrote to stderr: `muster-run: end state=finished code=0`. */
export interface ControlLine {
  word: string
  values: ReadonlyMap<string, string>
}

/**
 * Reads the control lines out of what arrived on stderr. Anything else there (a login banner, a
 * warning of sudo) is kept as `noise`, cut to 2 KiB: a managed server may say what it likes.
 */
export function readControlLines(stderr: string): { lines: ControlLine[]; noise: string } {
  const lines: ControlLine[] = []
  const noise: string[] = []
  for (const line of stderr.split('\n')) {
    const match = /^muster-run: ([a-z]{1,16})((?: [a-z]{1,16}=[\w.,-]{0,64})*)$/.exec(line)
    if (match === null) {
      noise.push(line)
    } else {
      const pairs = match[2].split(' ').filter((pair) => pair !== '')
      lines.push({
        word: match[1],
        values: new Map(pairs.map((pair) => pair.split('=', 2) as [string, string])),
      })
    }
  }
  return { lines, noise: noise.join('\n').trim().slice(-2048) }
}
