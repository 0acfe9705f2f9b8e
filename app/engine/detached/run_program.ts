import { sh } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import { type Remote, type RunOptions, type RunResult } from '#engine/ssh/remote'

/** Reads the program off the front of standard input; the rest of the input is the program's. */
const LOADER = 'length=$1; shift; eval "$(head -c "$length")"'

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
  return remote.run(sh`bash -c ${LOADER} ${name} ${Buffer.byteLength(text)} ${words}`, {
    ...options,
    stdin: new Secret(text + input),
  })
}
