import { explainFailure } from '#engine/deploy/explain_failure'
import { compileDeployment } from '#engine/deploy/plan'
import { compileScript, outlineOf } from '#engine/detached/script'
import { planAct } from '#engine/processes/acts'
import { healthFunction } from '#engine/processes/health'
import { planOf } from '#app/deployments/plan_of'
import Project from '#app/projects/models/project'
import type Run from '#app/runs/models/run'
import type { RunHandler } from '#app/runs/run_handler'

/** `apply` hands over to instances as the settings are by now. */
export type ActKind = 'start' | 'stop' | 'restart' | 'apply'

export interface ProcessActInput extends Record<string, unknown> {
  projectId: string
  releaseId: string
  act: ActKind
  /** Null for all of them. */
  process: string | null
}

/**
 * Runs that start, stop and restart the processes of a project.
 */
export const processRun: RunHandler = {
  kind: 'project.processes',
  label: 'Processes of projects',

  async compile(run) {
    const input = run.input as ProcessActInput
    return handsOver(input) ? compileRestart(run, input) : compileAct(run, input)
  },

  explain(_, end) {
    const words = explainFailure({
      step: end.failedStep?.name ?? null,
      rc: end.exitCode,
      tail: end.tail,
    })
    return { ...words, command: words.command ?? end.failedCommand }
  },
}

/** Workers are restarted in place; what visitors are served by is started anew beside itself. */
function handsOver({ act, process }: ProcessActInput): boolean {
  return act === 'apply' || (act === 'restart' && (process === null || process === 'web'))
}

async function compileRestart(run: Run, { projectId, releaseId }: ProcessActInput) {
  const plan = await planOf(run, { projectId, releaseId, kind: 'restart' })
  return {
    body: compileDeployment(plan, { nonce: run.nonce }),
    steps: outlineOf(plan.steps),
    secrets: plan.secrets,
  }
}

async function compileAct(run: Run, { projectId, act, process }: ProcessActInput) {
  const project = await Project.within(run)
    .where('id', projectId)
    .preload('variables')
    .firstOrFail()
  const steps = planAct({
    slug: project.slug,
    unixUser: project.unixUser,
    process,
    act: act === 'apply' ? 'restart' : act,
    healthPath: project.healthPath,
    healthTimeoutSeconds: project.healthTimeoutSeconds,
    healthy: healthFunction({
      domain: project.domain,
      codes: project.healthCodes,
      text: project.healthText,
      answerSeconds: project.healthAnswerSeconds,
      bodyFile: `/run/muster-${project.slug}.body`,
    }),
  })
  return {
    body: compileScript(steps, { nonce: run.nonce }),
    steps: outlineOf(steps),
    secrets: project.variables.map(({ value }) => value),
  }
}
