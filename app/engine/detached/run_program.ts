import { sh } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import { RemoteError } from '#engine/ssh/errors'
import { type Remote, type RunOptions, type RunResult } from '#engine/ssh/remote'

/**
 * Reads the program off the front of standard input; the rest of the input is the program's. `read`
 * takes exactly so many bytes, in blocks, and no process; of a program that came in part nothing
 * is run.
 */
const LOADER = 'length=$1; shift; IFS= read -r -N "$length" program && eval "$program"'

/**
 * Runs one of the bash programs of this folder on a server. The program travels on standard input
 * in front of `input`, so that messages about the command stay short and nothing of it is seen in
 * a list of processes.
 */
export function runProgram(
  remote: Remote,
  program: { name: string; text: string; words: readonly (string | number)[]; input?: string },
  options: Omit<RunOptions, 'stdin'> = {}
): Promise<RunResult> {
  const { name, text, words, input = '' } = program
  return remote.run(sh`exec bash --norc -c ${LOADER} ${name} ${Buffer.byteLength(text)} ${words}`, {
    ...options,
    stdin: new Secret(text + input),
  })
}

/**
 * The same for a program that answers at once.
 *
 * @throws RemoteError when it did not come to its end.
 */
export async function askProgram(
  remote: Remote,
  program: Parameters<typeof runProgram>[1]
): Promise<RunResult> {
  const result = await runProgram(remote, program, { timeout: 60_000 })
  if (result.outcome.kind === 'exited' && result.outcome.code === 0) return result
  throw new RemoteError(
    'E_COMMAND_FAILED',
    `${remote.name} did not answer ${program.name}: ${result.stderr.trim().slice(-500) || 'the link was lost'}.`,
    'Check that the server can be reached and has bash and util-linux.'
  )
}
