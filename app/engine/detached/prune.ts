import { readControlLines } from '#engine/detached/control_lines'
import { HEADER } from '#engine/detached/program_parts'
import { assertCount } from '#engine/detached/run_id'
import { askProgram } from '#engine/detached/run_program'
import { type Remote } from '#engine/ssh/remote'

/**
 * Removes the directories of ended runs. Arguments: how many of the newest stay, and the age in
 * days after which the others go. Output: how many went.
 */
const PRUNE_PROGRAM = `${HEADER}
keep=$1 days=$2
cd "$root" 2>/dev/null || { say 'pruned count=0'; exit 0; }
count=0 seen=0
shopt -s nullglob
directories=([0-7]?????????????????????????)
for ((index = \${#directories[@]} - 1; index >= 0; index--)); do
  directory=\${directories[index]}
  [ -d "$directory" ] && [ ! -L "$directory" ] || continue
  seen=$((seen + 1))
  if [ "$seen" -le "$keep" ] &&
    [ -z "$(find "$directory" -maxdepth 0 -mtime "+$days" 2>/dev/null)" ]; then continue; fi
  [ -s "$directory/rc" ] || [ -s "$directory/start" ] || continue
  flock -n -s "$directory/lock" true || continue
  rm -rf -- "\${directory:?}" && count=$((count + 1))
done
find . -maxdepth 1 -name '.new.*' -mmin +60 -exec rm -rf -- {} +
say "pruned count=$count"
`

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
