import { compileUserScript } from '#engine/scripts/user_script'
import { Secret } from '#engine/shell/secret'
import BulkRun from '#app/bulk_runs/models/bulk_run'
import type { BulkRunInput } from '#app/bulk_runs/settle_target'
import { openSecrets, openWork } from '#app/bulk_runs/work'
import type { CompiledRun } from '#app/runs/run_handler'
import type Run from '#app/runs/models/run'
import { unixUserOf } from '#app/scripts/run_as'

/** How long what one run needed is at hand for the others that begin with it, in milliseconds. */
const SHARED_MS = 2_000

/** What a bulk run has its runs do, built once for each Unix user. */
interface Shared {
  bulkRun: BulkRun
  compiled: Map<string, CompiledRun>
}

const shared = new Map<string, Promise<Shared>>()

/**
 * The script of a run of a bulk run that has a text. Hundreds of runs that begin together have the
 * same one: it is read, decrypted and built once. What a bulk run runs never changes.
 *
 * @throws when the bulk run is gone or has no text
 */
export async function sharedScript(run: Run): Promise<CompiledRun> {
  const { bulkRun, compiled } = await sharedOf(run)
  const user = unixUserOf(bulkRun, run.server)
  const script = compiled.get(user) ?? compile(bulkRun, user)
  compiled.set(user, script)
  return script
}

function sharedOf(run: Run): Promise<Shared> {
  const { bulkRunId } = run.input as BulkRunInput
  const key = `${run.teamId} ${bulkRunId}`
  const known = shared.get(key)
  if (known) return known
  const found = BulkRun.within(run)
    .where('id', bulkRunId)
    .firstOrFail()
    .then((bulkRun) => ({ bulkRun, compiled: new Map<string, CompiledRun>() }))
  shared.set(key, found)
  found.catch(() => shared.delete(key))
  setTimeout(() => shared.delete(key), SHARED_MS).unref()
  return found
}

function compile(bulkRun: BulkRun, user: string): CompiledRun {
  const work = openWork(bulkRun.work)
  if (work.kind !== 'text') throw new Error('The bulk run has no text to run.')
  const secrets = Object.entries(openSecrets(bulkRun.secretValues)).map(
    ([name, text]) => [name, new Secret(text)] as const
  )
  const body = compileUserScript({
    text: work.text,
    interpreter: work.interpreter,
    user,
    variables: { ...work.values, ...Object.fromEntries(secrets) },
  })
  return { body, steps: [], secrets: secrets.map(([, secret]) => secret) }
}
