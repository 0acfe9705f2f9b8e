import { readControlLines } from '#engine/detached/control_lines'
import { PRUNE_PROGRAM } from '#engine/detached/programs'
import { assertCount } from '#engine/detached/run_id'
import { askProgram } from '#engine/detached/run_program'
import { type Remote } from '#engine/ssh/remote'

/**
 * Removes the directories of ended runs on a server: those beyond the `keep` newest and those
 * older than `days`. One that still runs is never touched.
 *
 * @returns how many were removed.
 * @throws RemoteError when the server cannot be asked.
 */
export async function prune(
  remote: Remote,
  { keep, days }: { keep: number; days: number }
): Promise<number> {
  const words = [assertCount(keep, 'The number to keep'), assertCount(days, 'The age')]
  const { stderr } = await askProgram(remote, { name: 'muster-prune', text: PRUNE_PROGRAM, words })
  const line = readControlLines(stderr).lines.find(({ word }) => word === 'pruned')
  return Number(line?.values.get('count') ?? 0)
}
