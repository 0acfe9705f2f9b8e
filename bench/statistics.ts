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
