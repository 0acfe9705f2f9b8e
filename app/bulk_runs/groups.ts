import type { TargetState } from '#app/bulk_runs/states'

/** What is known of one target that ended. */
export interface Ended {
  state: TargetState
  exitCode: number | null
  outputHash: string | null
}

/** Targets with one and the same result, in the order they were given. */
export interface Group<T extends Ended> {
  key: string
  targets: T[]
}

/**
 * Sorts what ended by its result: how it ended, the exit code and every byte of the output. The
 * largest group comes first; of equally large ones the one that succeeded.
 */
export function groupResults<T extends Ended>(targets: readonly T[]): Group<T>[] {
  const ended = targets.filter(({ outputHash }) => outputHash !== null)
  const groups = [...Map.groupBy(ended, keyOf)].map(([key, members]) => ({ key, targets: members }))
  const isGood = (group: Group<T>) => (group.targets[0].state === 'succeeded' ? 0 : 1)
  return groups.sort(
    (one, other) =>
      other.targets.length - one.targets.length ||
      isGood(one) - isGood(other) ||
      (one.key < other.key ? -1 : 1)
  )
}

/**
 * What the groups say together: "47 the same, 3 differ".
 */
export function summaryOf(groups: readonly Group<Ended>[]): string {
  const sizes = groups.map(({ targets }) => targets.length)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total === 0) return 'Nothing has ended yet'
  if (sizes.length === 1) return total === 1 ? '1 result' : `All ${total} the same`
  if (sizes[0] === 1) return `All ${total} differ`
  return `${sizes[0]} the same, ${total - sizes[0]} differ`
}

function keyOf({ state, exitCode, outputHash }: Ended): string {
  return `${state}:${exitCode ?? '-'}:${outputHash}`
}
