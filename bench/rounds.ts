/** What is measured beside each other, by name. */
export type Contestants<T> = Record<string, () => Promise<T>>

/**
 * Runs each contestant once a round, so that a drift of the machine hits all; who comes first in
 * one round comes last in the next. One round before is not counted.
 *
 * @param settle waited for before each, for what the one before left behind
 * @returns what each gave, in order of the rounds
 */
export async function inTurns<T>(
  contestants: Contestants<T>,
  rounds: number,
  settle: () => Promise<void> = async () => {}
): Promise<Record<string, T[]>> {
  const names = Object.keys(contestants)
  const results: Record<string, T[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const name of rotated(names, round + 1)) {
      await settle()
      const result = await contestants[name]()
      if (round >= 0) results[name].push(result)
    }
  }
  return results
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}
