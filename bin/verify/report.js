/** Writes a line for the person watching. */
export function print(line) {
  if (line) process.stdout.write(`${line}\n`)
}

/** A `print` for one of several stages that run beside each other: says whose each line is. */
export function marked(name) {
  return (text) => text && print(text.replace(/^(?=.)/gm, `${name} │ `))
}

/** A duration in milliseconds, for people. */
export function seconds(milliseconds) {
  const whole = milliseconds / 1000
  return whole < 60
    ? `${whole.toFixed(1)} s`
    : `${Math.floor(whole / 60)} min ${Math.round(whole % 60)} s`
}

/** Stages, results and times, with what failed below. */
export function table(outcomes) {
  const rows = outcomes.map((outcome) => [
    outcome.name,
    outcome.reasons ? 'left out' : outcome.failed > 0 ? 'failed' : 'passed',
    outcome.reasons ? '' : counted(outcome),
    outcome.time === undefined ? '' : seconds(outcome.time),
  ])
  const all = [['Stage', 'Result', 'Counts', 'Time'], ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column].length)))
  const lines = all.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  )
  const failures = outcomes.flatMap(({ name, failures }) =>
    failures.slice(0, 50).map((failure) => `  ${name}: ${failure.split('\n')[0]}`)
  )
  const failed = failures.length > 0 ? ['', 'Failed:', ...failures] : []
  return ['', ...lines, ...failed].map((line) => line.trimEnd()).join('\n')
}

/** Which stages were left out, and why; empty when none was. */
export function leftOut(outcomes) {
  const lines = outcomes
    .filter(({ reasons }) => reasons)
    .map(({ name, reasons }) => `  ${name}: ${reasons.join('; ')}`)
  return lines.length > 0 ? ['', 'Left out:', ...lines].join('\n') : ''
}

/** The sum of everything, in the words automation reads. */
export function lastLine(outcomes) {
  const sum = (key) => outcomes.reduce((total, outcome) => total + outcome[key], 0)
  return `\n${counted({ passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') })}`
}

function counted({ passed, failed, skipped }) {
  const counts = `${passed} passed, ${failed} failed`
  return skipped > 0 ? `${counts}, ${skipped} skipped` : counts
}
