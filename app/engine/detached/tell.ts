import { type Remote } from '#engine/ssh/remote'
import { RemoteError } from '#engine/ssh/errors'
import { askProgram } from '#engine/detached/run_program'
import { assertCount, assertRunId } from '#engine/detached/run_id'
import { TELL_PROGRAM } from '#engine/detached/tell_program'

/** What a run that waits can be told. */
export type Told = 'go' | 'stop'

export interface TellAnswer {
  /** Whether the run is at the barrier and lives. */
  isWaiting: boolean
  /** What it has been told: the first word stays, whatever came later. */
  told: Told | null
}

export interface TellOptions {
  id: string
  fence: number
  /** Which barrier; see `barrier` of engine/deploy. */
  barrier: string
  /** Without a word it is only asked. */
  word?: Told
  /** Why it is to stop, for its log. */
  reason?: string
}

const BARRIER = /^[a-z]{1,20}$/
const LONGEST_REASON = 300

/**
 * Tells a run that waits at a barrier whether it may go on. Telling it twice, or something else
 * afterwards, changes nothing.
 *
 * @returns null when the run is not there, or belongs to a higher fence
 * @throws RemoteError when the server did not answer
 */
export async function tell(remote: Remote, options: TellOptions): Promise<TellAnswer | null> {
  const { id, fence, barrier, word, reason = '' } = options
  if (!BARRIER.test(barrier)) throw new TypeError(`${JSON.stringify(barrier)} names no barrier.`)
  const plain = reason.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, LONGEST_REASON)
  const words = [assertRunId(id), assertCount(fence, 'The fence'), barrier, word ?? '-', plain]
  const { stderr } = await askProgram(remote, { name: 'muster-tell', text: TELL_PROGRAM, words })
  const line = /^muster-run: told (?:missing|refused|waits=(yes|no) word=(go|stop|-))$/m.exec(
    stderr
  )
  if (!line) {
    throw new RemoteError(
      'E_COMMAND_FAILED',
      `${remote.name} did not say whether the run was told: ${stderr.trim().slice(-300)}`,
      'Check that the server has bash and util-linux.'
    )
  }
  const [, waits, said] = line
  if (waits === undefined) return null
  return { isWaiting: waits === 'yes', told: said === '-' ? null : (said as Told) }
}
