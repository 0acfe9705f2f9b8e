import type { Measurement } from './benchmark.js'

const HEAD = ['', 'median', 'min..max', 'unit', 'goal', '']

/** Measurements as lines of aligned columns, with a verdict where there is a goal. */
export function renderTable(measurements: readonly Measurement[]): string {
  const rows = [HEAD, ...measurements.map(cells)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map((row) => row.map((cell, column) => aligned(cell, widths[column], column)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Whether a measurement keeps to its goal or floor; undefined without one. */
export function meetsGoal({ value, goal, floor }: Measurement): boolean | undefined {
  if (goal !== undefined) return value.median <= goal
  return floor === undefined ? undefined : value.median >= floor
}

function cells(measurement: Measurement): string[] {
  const { what, unit, value, note } = measurement
  const spread = value.count > 1 ? `${figure(value.min)}..${figure(value.max)}` : ''
  const verdict = { true: 'met', false: 'MISSED', undefined: '' }[`${meetsGoal(measurement)}`]
  const remarks = [verdict, value.count > 1 ? `n=${value.count}` : '', note ?? '']
  return [
    what,
    figure(value.median),
    spread,
    unit,
    wanted(measurement),
    remarks.filter(Boolean).join(', '),
  ]
}

function wanted({ goal, floor }: Measurement): string {
  if (goal !== undefined) return `<= ${figure(goal)}`
  return floor === undefined ? '' : `>= ${figure(floor)}`
}

function aligned(cell: string, width: number, column: number): string {
  const isNumber = column === 1 || column === 2 || column === 4
  return isNumber ? cell.padStart(width) : cell.padEnd(width)
}

/** Three digits that matter, and never fewer than the whole number. */
function figure(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return value.toFixed(0)
  if (Math.abs(value) >= 10) return value.toFixed(1)
  return value.toFixed(Math.abs(value) >= 0.1 ? 2 : 3)
}
