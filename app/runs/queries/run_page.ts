import type Run from '#app/runs/models/run'
import RunStep from '#app/runs/models/run_step'
import { linesBefore, readLog, startOfLine } from '#app/runs/run_log'

/** How much of the end of a log is in the page itself, in bytes. */
const TAIL_BYTES = 64 * 1024

/**
 * What a page that shows a run needs: the run, its steps, and the end of its log.
 */
export async function runPage(run: Run) {
  const steps = await stepsOf(run)
  const log = await readLog(run, {
    from: await startOfLine(run, run.logSize - TAIL_BYTES),
    limit: TAIL_BYTES,
    complete: !run.isOpen,
  })
  return { run, steps, log: { ...log, line: await linesBefore(run, log.offset) } }
}

/**
 * A run's steps in order, as pages and streams show them.
 */
export async function stepsOf(run: Pick<Run, 'id'>) {
  const steps = await RunStep.query().where('run_id', run.id).orderBy('position')
  return steps.map((step) => step.toView())
}
