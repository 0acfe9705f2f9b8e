import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { ProgressEvent } from '#engine/detached/progress'
import type { CompiledRun } from '#app/runs/run_handler'
import type Run from '#app/runs/models/run'
import RunStep from '#app/runs/models/run_step'

type StepEvent = Extract<ProgressEvent, { event: 'begin' | 'end' | 'fail' | 'undo' }>

/** What is to be written to one step. */
interface StepChange {
  position: number
  values: Record<string, string | number | null>
}

/**
 * Keeps a run's steps as its script announces them. Seeing an announcement twice, as after a
 * restart, changes nothing.
 */
export class StepRecorder {
  readonly #run: Run
  readonly #steps: CompiledRun['steps']
  #changes = new Map<number, StepChange['values']>()
  #failed: { position: number; command: number } | null = null

  constructor(run: Run, steps: CompiledRun['steps']) {
    this.#run = run
    this.#steps = steps
  }

  /** The step whose command failed. */
  get failedStep(): { name: string; title: string } | null {
    const step = this.#failed && this.#steps[this.#failed.position]
    return step && { name: step.name, title: step.title }
  }

  /** The command that failed, as people read it. */
  get failedCommand(): string | null {
    const step = this.#failed && this.#steps[this.#failed.position]
    return step?.commands[this.#failed!.command] || null
  }

  /**
   * Recalls what a former worker has noted.
   *
   * @returns where in the stored log the latest step began
   */
  async resume(): Promise<number> {
    if (this.#steps.length === 0) return 0
    const stored = await RunStep.query().where('run_id', this.#run.id).orderBy('position')
    const failed = stored.find(({ failedCommand }) => failedCommand !== null)
    if (failed) this.#failed = { position: failed.position, command: failed.failedCommand! }
    return Math.max(0, ...stored.map(({ logPosition }) => logPosition ?? 0))
  }

  /**
   * @param logPosition where the stored log is when the event is seen, in bytes
   */
  note(event: StepEvent, logPosition: number) {
    const position = this.#steps.findIndex(({ name }) => name === event.step)
    if (position === -1) return
    if (event.event === 'begin') {
      this.#change(position, {
        state: 'running',
        started_at: event.time,
        log_position: logPosition,
      })
    } else if (event.event === 'end') {
      this.#change(position, { state: 'succeeded', finished_at: event.time })
    } else if (event.event === 'fail') {
      this.#failed = { position, command: event.command }
      this.#change(position, {
        state: 'failed',
        finished_at: event.time,
        failed_command: event.command,
      })
    }
  }

  takeChanges(): StepChange[] {
    const changes = [...this.#changes].map(([position, values]) => ({ position, values }))
    this.#changes = new Map()
    return changes
  }

  /** Leaves no step open: what ran is as the run, what waited was skipped. */
  async close(ended: 'succeeded' | 'failed', trx: TransactionClientContract) {
    if (this.#steps.length === 0) return
    const steps = () => trx.from('run_steps').where('run_id', this.#run.id)
    await steps().where('state', 'running').update({ state: ended, finished_at: Date.now() })
    await steps().where('state', 'waiting').update({ state: 'skipped' })
  }

  #change(position: number, values: StepChange['values']) {
    this.#changes.set(position, { ...this.#changes.get(position), ...values })
  }
}
