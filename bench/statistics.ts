/** The middle of some values, and how far they spread. */
export interface Summary {
  median: number
  min: number
  max: number
  /** How many values there were. */
  count: number
}

/** @throws RangeError without values */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((one, other) => one - other)
  const median = (quantile(sorted, 0.5) + quantile(sorted, 0.5, 'up')) / 2
  return { median, min: sorted[0], max: sorted.at(-1)!, count: sorted.length }
}

/**
 * The value that a share of all values does not exceed, by nearest rank.
 *
 * @param share from 0 to 1
 * @throws RangeError without values
 */
export function percentile(values: readonly number[], share: number): number {
  return quantile(
    [...values].sort((one, other) => one - other),
    share
  )
}

/** Between two ranks the lower one is taken, or the upper one. */
function quantile(sorted: readonly number[], share: number, between: 'down' | 'up' = 'down') {
  if (sorted.length === 0) throw new RangeError('There is nothing to take a median of.')
  const rank = share * sorted.length
  const index = between === 'up' ? Math.floor(rank) : Math.ceil(rank) - 1
  return sorted[Math.min(Math.max(index, 0), sorted.length - 1)]
}

/** One value, as measured once. */
export function once(value: number): Summary {
  return { median: value, min: value, max: value, count: 1 }
}

/**
 * Each value divided by the one of the same round, so that what slowed both down cancels out.
 *
 * @throws RangeError when there are not as many of both
 */
export function ratios(values: readonly number[], others: readonly number[]): number[] {
  if (values.length !== others.length) throw new RangeError('Rounds are compared in pairs.')
  return values.map((value, round) => value / others[round])
}

/**
 * How much y rises with each unit of x, by least squares.
 *
 * @throws RangeError with fewer than two different x
 */
export function slope(points: readonly { x: number; y: number }[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const center = { x: mean(points.map(({ x }) => x)), y: mean(points.map(({ y }) => y)) }
  let rise = 0
  let run = 0
  for (const { x, y } of points) {
    rise += (x - center.x) * (y - center.y)
    run += (x - center.x) ** 2
  }
  if (!(run > 0)) throw new RangeError('A slope needs two different points.')
  return rise / run
}
