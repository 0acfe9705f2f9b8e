import { FACTS, HEADER } from '#engine/detached/program_parts'
import { readRunFacts, type RunFacts } from '#engine/detached/run_facts'
import { assertRunId } from '#engine/detached/run_id'
import { askProgram } from '#engine/detached/run_program'
import { type Remote } from '#engine/ssh/remote'

const IDS_PER_EXEC = 200

/** Says what is known of each run. Arguments: ids. Output: `<id> <facts>` per line. */
const RECONCILE_PROGRAM = `${HEADER}${FACTS}
for id in "$@"; do
  directory=$root/$id
  facts
  printf '%s %s\\n' "$id" "$line"
done
`

/**
 * Asks a server what became of runs, many in one exec. A run that the answer does not name is
 * not in the map; take it as unknown, never as ended.
 *
 * @throws RemoteError when the server cannot be asked; TypeError for an id that is no ULID.
 */
export async function reconcile(
  remote: Remote,
  ids: readonly string[]
): Promise<Map<string, RunFacts>> {
  const found = new Map<string, RunFacts>()
  for (let first = 0; first < ids.length; first += IDS_PER_EXEC) {
    const asked = ids.slice(first, first + IDS_PER_EXEC).map(assertRunId)
    const { stdout } = await askProgram(remote, {
      name: 'muster-reconcile',
      text: RECONCILE_PROGRAM,
      words: asked,
    })
    for (const line of stdout.split('\n')) {
      const [id, ...pairs] = line.split(' ')
      const values = new Map(pairs.map((pair) => pair.split('=', 2) as [string, string]))
      const facts = readRunFacts(values)
      if (asked.includes(id) && facts !== null) found.set(id, facts)
    }
  }
  return found
}
