import { explainFailure } from '#engine/deploy/explain_failure'
import { compileDeployment } from '#engine/deploy/plan'
import { planOf } from '#app/deployments/plan_of'
import { settleDeployment } from '#app/deployments/settle_deployment'
import type { DeploymentKind } from '#app/deployments/models/deployment'
import { outlineOf } from '#engine/detached/script'
import type { RunHandler } from '#app/runs/run_handler'

/**
 * What the run of a deployment is about.
 */
export interface DeploymentInput extends Record<string, unknown> {
  projectId: string
  releaseId: string
  kind: DeploymentKind
}

/**
 * Runs that make a release live.
 */
export const deploymentRun: RunHandler = {
  kind: 'deployment',
  label: 'Deployments',

  async compile(run) {
    const plan = await planOf(run, run.input as DeploymentInput)
    return {
      body: compileDeployment(plan, { nonce: run.nonce }),
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

  settle: settleDeployment,

  lost: () => null,
}
