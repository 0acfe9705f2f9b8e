import { ulid } from 'ulid'
import { explainFailure } from '#engine/deploy/explain_failure'
import { compileReading, planLook } from '#engine/deploy/read_repository'
import { outlineOf } from '#engine/detached/script'
import { deployInput, placeOf } from '#app/deployments/plan_of'
import { NOTHING_BUILT } from '#app/deployments/plan_outline'
import Project from '#app/projects/models/project'
import { placementOn } from '#app/projects/queries/placements_of'
import type { RunHandler } from '#app/runs/run_handler'

export const LOOK = 'deployment.look'

/**
 * What the run of a look is about: the project, and which of its branches or tags it was then.
 */
export interface LookInput extends Record<string, unknown> {
  projectId: string
  ref: string
}

/** What a project follows, for comparing. */
export function refOf({ repositoryUrl, refKind, branch }: Project): string {
  return `${refKind} ${branch} of ${repositoryUrl}`
}

/**
 * Runs that look at what a deployment would bring.
 */
export const lookRun: RunHandler = {
  kind: LOOK,
  label: 'Looks at what is new',

  async compile(run) {
    const { projectId } = run.input as LookInput
    const project = await Project.within(run)
      .where('id', projectId)
      .preload('variables')
      .preload('processes')
      .firstOrFail()
    const place = await placeOf(project, run.serverId)
    const here = await placementOn(project, run.serverId)
    const release = { ...NOTHING_BUILT, id: ulid() }
    const input = await deployInput(project, release, { kind: 'deploy', place })
    const plan = planLook(input, { hasMirror: here.liveReleaseId !== null })
    return {
      body: compileReading(plan, { nonce: run.nonce }),
      steps: outlineOf(plan.steps),
      secrets: plan.secrets,
    }
  },

  explain(_, end) {
    const words = explainFailure({
      step: end.failedStep?.name ?? null,
      rc: end.exitCode,
      tail: end.tail,
    })
    return { ...words, command: words.command ?? end.failedCommand }
  },

  lost: () => null,
}
