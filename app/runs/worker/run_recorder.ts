import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import { ProgressParser, type ProgressEvent } from '#engine/detached/progress'
import { Redactor } from '#engine/shell/redactor'
import type { CompiledRun } from '#app/runs/run_handler'
import type Run from '#app/runs/models/run'
import { LeaseLostError } from '#app/runs/lease_lost_error'
import { runEvents } from '#app/runs/run_events'
import { StepRecorder } from '#app/runs/worker/step_recorder'

/** Output is gathered for so long before it is written, in milliseconds. */
const GATHER_MS = 40

/** More than this waiting to be written slows the reading down, in bytes. */
const HIGH_WATER = 512 * 1024

/** How many bytes of the end of the log are kept at hand to explain a failure. */
const TAIL_BYTES = 16 * 1024

/**
 * Turns the raw log of a run into its stored log and steps. Secrets are redacted first, then the
 * announced steps are taken out. The resume point on the server's log is moved only when nothing
 * is held back; after a restart the bytes between it and the end of the stored log are read again
 * and dropped, so that no byte is lost or doubled.
 */
export class RunRecorder {
  readonly #run: Run
  readonly #redactor: Redactor
  readonly #parser: ProgressParser
  readonly #steps: StepRecorder
  readonly results: Record<string, string>
  outcome: string | null = null

  #received: number
  #redacted = 0
  #skip: number

  /** Where in the stored log the next byte belongs. */
  #position: number
  #pending: Buffer[] = []
  #pendingBytes = 0
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()
  #failure: unknown = null
  #tail: Buffer = Buffer.alloc(0)

  constructor(run: Run, compiled: CompiledRun) {
    this.#run = run
    this.#redactor = new Redactor(compiled.secrets)
    this.#parser = new ProgressParser(run.nonce)
    this.#steps = new StepRecorder(run, compiled.steps)
    this.#received = 0
    this.#skip = run.logSize - run.logCheckpoint
    this.#position = run.logCheckpoint
    this.results = { ...run.results }
  }

  /** The byte of the server's log that comes next. */
  get offset() {
    return this.#run.remoteCheckpoint + this.#received
  }

  get failedStep() {
    return this.#steps.failedStep
  }

  get failedCommand() {
    return this.#steps.failedCommand
  }

  /** The end of the log since the latest step began. */
  get tail(): string {
    return this.#tail.toString('utf8')
  }

  prepare() {
    return this.#steps.prepare()
  }

  /**
   * Takes the next bytes of the server's log.
   *
   * @throws LeaseLostError, and whatever the database raised while writing earlier bytes
   */
  async push(chunk: Buffer): Promise<void> {
    if (this.#failure) throw this.#failure
    this.#received += chunk.length
    this.#take(this.#redactor.push(chunk))
    if (this.#pendingBytes > HIGH_WATER) await this.flush()
    else this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), GATHER_MS)
  }

  /** Gives out what was held back, writes all, and closes the steps by how the run ended. */
  async finish(ended: 'succeeded' | 'failed'): Promise<void> {
    this.#take(this.#redactor.flush())
    this.#keep(this.#parser.flush())
    await this.flush()
    await this.#steps.close(ended)
  }

  /** Writes what is pending; resolves when it is stored. */
  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#writing = this.#writing.then(() => this.#write())
    this.#writing.catch((error) => (this.#failure = error))
    return this.#writing
  }

  #take(redacted: Buffer) {
    this.#redacted += redacted.length
    this.#keep(this.#parser.push(redacted))
  }

  #keep(items: ReturnType<ProgressParser['push']>) {
    for (const item of items) {
      if (item.kind === 'event') {
        this.#note(item.event)
        continue
      }
      const fresh = item.bytes.subarray(Math.min(this.#skip, item.bytes.length))
      this.#skip -= item.bytes.length - fresh.length
      this.#position += item.bytes.length
      this.#tail = Buffer.concat([this.#tail, item.bytes]).subarray(-TAIL_BYTES)
      if (fresh.length > 0) {
        this.#pending.push(fresh)
        this.#pendingBytes += fresh.length
      }
    }
  }

  #note(event: ProgressEvent) {
    if (event.event === 'result') this.results[event.name] = event.value
    else if (event.event === 'outcome') this.outcome = event.value
    else {
      if (event.event === 'begin') this.#tail = Buffer.alloc(0)
      this.#steps.note(event, this.#position)
    }
  }

  async #write() {
    const bytes = Buffer.concat(this.#pending)
    this.#pending = []
    this.#pendingBytes = 0
    const run = this.#run
    const clean =
      this.#redactor.consumed === this.#received && this.#parser.consumed === this.#redacted
    const checkpoint = clean && this.#skip === 0
    const resumeAt = this.offset
    const dirtySteps = this.#steps.takeChanges()
    if (bytes.length === 0 && dirtySteps.length === 0 && !checkpoint) return

    await db.transaction(async (trx) => {
      const size = run.logSize + bytes.length
      const changed = await trx
        .from('runs')
        .where({ id: run.id, fence: run.fence, state: 'running' })
        .update({
          log_size: size,
          results: JSON.stringify(this.results),
          updated_at: DateTime.utc().toMillis(),
          ...(checkpoint ? { remote_checkpoint: resumeAt, log_checkpoint: size } : undefined),
        })
      if (Number(changed) !== 1) throw new LeaseLostError(run)
      if (bytes.length > 0) {
        await trx.table('run_log_chunks').insert({ run_id: run.id, position: run.logSize, bytes })
      }
      for (const step of dirtySteps) {
        await trx
          .from('run_steps')
          .where({ run_id: run.id, position: step.position })
          .update(step.values)
      }
    })
    run.logSize += bytes.length
    runEvents.changed(run.id)
  }
}
