import { createHash } from 'node:crypto'
import { readControlLines } from '#engine/detached/control_lines'
import { FOLLOW_PROGRAM } from '#engine/detached/follow_program'
import { readRunFacts, type RunFacts } from '#engine/detached/run_facts'
import { assertCount, assertRunId } from '#engine/detached/run_id'
import { runProgram } from '#engine/detached/run_program'
import { Secret } from '#engine/shell/secret'
import { RemoteError } from '#engine/ssh/errors'
import { type Remote, type RunResult } from '#engine/ssh/remote'

export type Launcher = 'auto' | 'systemd' | 'setsid'

export interface FollowOptions {
  /** ULID of the run. */
  id: string
  /** Rises with every owner of the run; the server refuses one lower than it has seen. */
  fence: number
  /** The bash script to run, or null to attach to a run that must exist. */
  body: string | Secret | null
  /** Byte of the log at which to begin. */
  offset?: number
  /** After so many seconds the run is ended and marked timed out; 0 for no deadline. */
  deadlineSeconds?: number
  /** How long the run may take to end by itself after TERM, before KILL. */
  graceSeconds?: number
  /** Bytes of output that are kept; the run goes on beyond them. */
  logCapBytes?: number
  /** `auto` takes systemd where it is process 1. */
  launcher?: Launcher
  /**
   * Gets the log from `offset` on, in order, byte for byte. What it keeps it has to copy: the memory
   * of a chunk is freed when it is done with it.
   */
  onLog: (chunk: Buffer) => Promise<void> | void
  /** Called once the run is known to live (or to have ended already). */
  onAttached?: (attached: { launched: boolean; launcher: Launcher }) => void
  /** Stops the following. The run itself goes on. */
  signal?: AbortSignal
}

export type RefusalReason = 'fence' | 'different' | 'missing' | 'body' | 'start_failed'

/** How following ended. `offset` is where the next call has to begin. */
export type FollowResult = { offset: number } & (
  | { state: 'finished'; code: number; facts: RunFacts }
  | { state: 'lost'; reason: 'rebooted' | 'crashed'; facts: RunFacts }
  /** The server would not start it or attach to it; nothing was started by this call. */
  | { state: 'refused'; reason: RefusalReason; detail: string }
  /** The server cannot be reached. Nothing is known about the run. */
  | { state: 'unreachable'; error: RemoteError }
  /** The link broke while following. Nothing is known about the run: follow again. */
  | { state: 'unknown'; detail: string }
  /** `signal` was aborted. The run goes on. */
  | { state: 'stopped' }
)

const DEFAULTS = { deadlineSeconds: 3600, graceSeconds: 20, logCapBytes: 200 * 1024 * 1024 }

/**
 * Starts the run on the server unless that was done before, and follows its log to its end, all
 * in one exec. The same id with the same body attaches, so that calling it again is always safe;
 * the same id with another body is refused. The run itself does not depend on the connection.
 *
 * Where systemd is process 1 the launcher of the server starts it (see `LAUNCHER_SCRIPT`), else
 * `setsid` (setsid(1)).
 *
 * @throws TypeError for an id, fence, offset or limit that has not its form, and whatever `onLog`
 * throws. Trouble with the server is a result, not an error.
 */
export async function follow(remote: Remote, options: FollowOptions): Promise<FollowResult> {
  let offset = assertCount(options.offset ?? 0, 'The offset')
  let caught: { error: unknown } | undefined
  let attached = false
  let stderr = ''

  const fail = (error: unknown): never => {
    caught ??= { error }
    throw error
  }
  const onStdout = (chunk: Buffer): Promise<void> | void => {
    const { length } = chunk
    let taken: Promise<void> | void
    try {
      taken = options.onLog(chunk)
    } catch (error) {
      return fail(error)
    }
    if (taken) return taken.then(() => void (offset += length), fail)
    offset += length
  }
  const onOutput = (chunk: Buffer, stream: 'stdout' | 'stderr'): Promise<void> | void => {
    if (stream === 'stdout') return onStdout(chunk)
    stderr = (stderr + chunk.toString('latin1')).slice(-16_384)
    if (!attached) attached = announceAttached(stderr, options)
  }

  let result: RunResult
  try {
    const body = options.body instanceof Secret ? options.body.reveal() : options.body
    result = await runProgram(
      remote,
      {
        name: 'muster-follow',
        text: FOLLOW_PROGRAM,
        words: words(options, body),
        input: body === null ? '' : `${body}${sha256(body)}\n`,
      },
      { signal: options.signal, onOutput, freesOutput: true }
    )
  } catch (error) {
    if (caught) throw caught.error
    if (options.signal?.aborted) return { state: 'stopped', offset }
    if (error instanceof RemoteError) return { state: 'unreachable', error, offset }
    throw error
  }
  if (caught) throw caught.error
  return conclude(result, stderr, offset, options.signal)
}

function words(options: FollowOptions, body: string | null): (string | number)[] {
  const launcher = options.launcher ?? 'auto'
  if (!['auto', 'systemd', 'setsid'].includes(launcher)) throw new TypeError('Unknown launcher.')
  const limits = { ...DEFAULTS, ...definedLimits(options) }
  return [
    assertRunId(options.id),
    assertCount(options.fence, 'The fence'),
    body === null ? '-' : sha256(body),
    Buffer.byteLength(body ?? ''),
    assertCount(options.offset ?? 0, 'The offset'),
    assertCount(limits.deadlineSeconds, 'The deadline'),
    assertCount(limits.logCapBytes, 'The cap of the log'),
    assertCount(limits.graceSeconds, 'The grace'),
    launcher,
  ]
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function definedLimits(options: FollowOptions): Partial<typeof DEFAULTS> {
  const { deadlineSeconds, graceSeconds, logCapBytes } = options
  return Object.fromEntries(
    Object.entries({ deadlineSeconds, graceSeconds, logCapBytes }).filter(
      ([, value]) => value !== undefined
    )
  )
}

function announceAttached(stderr: string, options: FollowOptions): boolean {
  const complete = stderr.slice(0, stderr.lastIndexOf('\n') + 1)
  const line = readControlLines(complete).lines.find(({ word }) => word === 'attached')
  if (line === undefined) return false
  const launcher = line.values.get('launcher') === 'setsid' ? 'setsid' : 'systemd'
  options.onAttached?.({ launched: line.values.get('launched') === 'yes', launcher })
  return true
}

function conclude(
  result: RunResult,
  stderr: string,
  offset: number,
  signal: AbortSignal | undefined
): FollowResult {
  const { lines, noise } = readControlLines(stderr)
  const refusal = lines.find(({ word }) => word === 'refused')
  if (refusal) return { state: 'refused', ...readRefusal(refusal.values, noise), offset }

  const end = lines.findLast(({ word }) => word === 'end')
  const facts = end ? readRunFacts(end.values) : null
  if (facts?.state === 'finished' && facts.code !== null && offset >= facts.size) {
    return { state: 'finished', code: facts.code, facts, offset }
  }
  if (facts?.state === 'rebooted' || facts?.state === 'crashed') {
    return { state: 'lost', reason: facts.state, facts, offset }
  }
  if (signal?.aborted) return { state: 'stopped', offset }
  const detail = noise || `The following ended with ${JSON.stringify(result.outcome)}.`
  return { state: 'unknown', detail, offset }
}

const REFUSALS: readonly RefusalReason[] = ['fence', 'different', 'missing', 'body', 'start_failed']

function readRefusal(
  values: ReadonlyMap<string, string>,
  noise: string
): { reason: RefusalReason; detail: string } {
  const reason = REFUSALS.find((name) => name === values.get('reason')) ?? 'start_failed'
  return { reason, detail: noise }
}
