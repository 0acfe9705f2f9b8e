import db from '@adonisjs/lucid/services/db'
import type { ProgressEvent } from '#engine/detached/progress'
import type { CompiledRun } from '#app/runs/run_handler'
import type Run from '#app/runs/models/run'
import RunStep from '#app/runs/models/run_step'

type StepEvent = Extract<ProgressEvent, { event: 'begin' | 'end' | 'fail' | 'undo' }>

export interface StepChange {
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
  failedStep: { name: string; title: string } | null = null
  failedCommand: string | null = null

  constructor(run: Run, steps: CompiledRun['steps']) {
    this.#run = run
    this.#steps = steps
  }

  /** Writes the steps as waiting, unless an earlier attempt did. */
  async prepare() {
    const existing = await RunStep.query().where('run_id', this.#run.id).first()
    if (existing || this.#steps.length === 0) return
    await db.table('run_steps').multiInsert(
      this.#steps.map(({ name, title }, position) => ({
        run_id: this.#run.id,
        position,
        name,
        title,
        state: 'waiting',
      }))
    )
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
      const { name, title, commands } = this.#steps[position]
      this.failedStep = { name, title }
      this.failedCommand = commands[event.command] || null
      this.#change(position, { state: 'failed', finished_at: event.time })
    }
  }

  takeChanges(): StepChange[] {
    const changes = [...this.#changes].map(([position, values]) => ({ position, values }))
    this.#changes = new Map()
    return changes
  }

  /** Leaves no step open: what ran is as the run, what waited was skipped. */
  async close(ended: 'succeeded' | 'failed') {
    const steps = () => db.from('run_steps').where('run_id', this.#run.id)
    await steps().where('state', 'running').update({ state: ended, finished_at: Date.now() })
    await steps().where('state', 'waiting').update({ state: 'skipped' })
  }

  #change(position: number, values: StepChange['values']) {
    this.#changes.set(position, { ...this.#changes.get(position), ...values })
  }
}
