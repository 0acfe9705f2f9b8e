import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { ProgressParser, type ProgressEvent } from '#engine/detached/progress'
import { Redactor } from '#engine/shell/redactor'
import type { CompiledRun } from '#app/runs/run_handler'
import type Run from '#app/runs/models/run'
import { LeaseLostError } from '#app/runs/lease_lost_error'
import { runEvents } from '#app/runs/run_events'
import { newlinesIn } from '#app/runs/run_log'
import { GatheredLog } from '#app/runs/worker/gathered_log'
import { LogTail } from '#app/runs/worker/log_tail'
import { RunResults } from '#app/runs/worker/run_results'
import { StepRecorder } from '#app/runs/worker/step_recorder'
import { writingTurns } from '#app/runs/worker/writing_turns'

/** More than this waiting to be written slows the reading down, in bytes. */
const HIGH_WATER = 256 * 1024

/** What is known of a run and not stored yet. */
export interface Unstored {
  /** Whether nothing changed but the log, and how far it is read. */
  isLogOnly: boolean
  /** Columns of the run's row. */
  values: Record<string, string | number | null>
  /** Writes what belongs into other tables. */
  store(trx: TransactionClientContract): Promise<void>
}

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
  readonly #results: RunResults
  outcome: string | null

  #received = 0
  #redacted = 0
  #skip: number

  /** Where in the stored log the next byte belongs. */
  #position: number

  /** The byte of the server's log where following may begin again. */
  #resumeAt: number

  /** Where following may begin again, as it is stored. */
  #resumesAt: number

  /** Results and outcome as they are stored. */
  #told: string
  readonly #gathered = new GatheredLog()
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()
  #failure: unknown = null
  readonly #tail = new LogTail()

  constructor(run: Run, compiled: CompiledRun) {
    this.#run = run
    this.#redactor = new Redactor(compiled.secrets)
    this.#parser = new ProgressParser(run.nonce)
    this.#steps = new StepRecorder(run, compiled.steps)
    this.#skip = run.logSize - run.logCheckpoint
    this.#position = run.logCheckpoint
    this.#resumeAt = run.remoteCheckpoint
    this.#resumesAt = this.#resumeAt
    this.#told = JSON.stringify([run.results, run.outcome])
    this.#results = new RunResults(run.results)
    this.outcome = run.outcome
  }

  /** The byte of the server's log that comes next. */
  get offset() {
    return this.#run.remoteCheckpoint + this.#received
  }

  get results(): Record<string, string> {
    return this.#results.values
  }

  get failedStep() {
    return this.#steps.failedStep
  }

  get failedCommand() {
    return this.#steps.failedCommand
  }

  /** The end of the log since the latest step began. */
  get tail(): string {
    return this.#tail.text
  }

  /** Recalls what a former worker has noted and will not be told again. */
  async resume(): Promise<void> {
    const began = await this.#steps.resume()
    await this.#tail.recall(this.#run.id, Math.min(began, this.#position), this.#position)
  }

  /**
   * Takes the next bytes of the server's log. What it gives is waited for before it gets more.
   *
   * @throws LeaseLostError, and whatever the database raised while writing earlier bytes
   */
  push(chunk: Buffer): Promise<void> | void {
    if (this.#failure) throw this.#failure
    this.#received += chunk.length
    this.#take(this.#redactor.push(chunk))
    if (this.#gathered.length > HIGH_WATER) return this.flush()
    this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), writingTurns.take())
  }

  /** Gives out what was held back, and what has to be stored with the end of the run. */
  async finish(): Promise<Unstored | null> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#take(this.#redactor.flush())
    this.#keep(this.#parser.flush())
    await this.#writing
    return this.#takeUnstored()
  }

  /** Closes the steps by how the run ended. */
  closeSteps(ended: 'succeeded' | 'failed', trx: TransactionClientContract): Promise<void> {
    return this.#steps.close(ended, trx)
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
      this.#tail.push(item.bytes)
      this.#gathered.push(fresh)
    }
  }

  #note(event: ProgressEvent) {
    if (event.event === 'result') this.#results.note(event.name, event.value)
    else if (event.event === 'outcome') this.outcome = event.value
    else {
      if (event.event === 'begin') this.#tail.clear()
      this.#steps.note(event, this.#position)
    }
  }

  async #write() {
    const unstored = this.#takeUnstored()
    if (!unstored) return
    const run = this.#run
    await db.transaction(async (trx) => {
      const changed = await trx
        .from('runs')
        .where({ id: run.id, fence: run.fence, state: 'running' })
        .update({ ...unstored.values, updated_at: Date.now() })
      if (Number(changed) !== 1) throw new LeaseLostError(run)
      await unstored.store(trx)
    })
    if (unstored.isLogOnly) runEvents.grew(run.id)
    else runEvents.changed(run.id)
  }

  /** Takes what is pending; whoever takes it writes it before anything else is taken. */
  #takeUnstored(): Unstored | null {
    const { id, logSize: position } = this.#run
    const bytes = this.#gathered.take()
    const size = position + bytes.length
    const clean =
      this.#redactor.consumed === this.#received && this.#parser.consumed === this.#redacted
    const checkpoint = clean && this.#skip === 0
    if (checkpoint) this.#resumeAt = this.offset
    const steps = this.#steps.takeChanges()
    const told = JSON.stringify([this.results, this.outcome])
    const isLogOnly = steps.length === 0 && told === this.#told
    if (bytes.length === 0 && isLogOnly && this.#resumeAt === this.#resumesAt) return null

    this.#told = told
    this.#resumesAt = this.#resumeAt
    this.#run.logSize = size
    return {
      isLogOnly,
      values: {
        log_size: size,
        results: JSON.stringify(this.results),
        outcome: this.outcome,
        ...(checkpoint && { remote_checkpoint: this.#resumeAt, log_checkpoint: size }),
      },
      async store(trx) {
        if (bytes.length > 0) {
          const chunk = { run_id: id, position, bytes, lines: newlinesIn(bytes) }
          await trx.table('run_log_chunks').insert(chunk)
        }
        for (const step of steps) {
          const row = trx.from('run_steps').where({ run_id: id, position: step.position })
          await row.update(step.values)
        }
      },
    }
  }
}
