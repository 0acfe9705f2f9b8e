import { compileScript, type ScriptStep } from '#engine/detached/script'
import { assertDeployInput, type DeployInput } from '#engine/deploy/input'
import { layoutOf } from '#engine/deploy/layout'
import { activate } from '#engine/deploy/steps/activate'
import { commit, ready } from '#engine/deploy/steps/barrier'
import { build } from '#engine/deploy/steps/build'
import { environment } from '#engine/deploy/steps/environment'
import { exportTree } from '#engine/deploy/steps/export_tree'
import { fetch } from '#engine/deploy/steps/fetch'
import { health } from '#engine/deploy/steps/health'
import { preflight } from '#engine/deploy/steps/preflight'
import { prepare } from '#engine/deploy/steps/prepare'
import { retain } from '#engine/deploy/steps/retain'
import { retire } from '#engine/deploy/steps/retire'
import { seal } from '#engine/deploy/steps/seal'
import { start } from '#engine/deploy/steps/start'
import { switchLink } from '#engine/deploy/steps/switch_link'
import { verify } from '#engine/deploy/steps/verify'
import { Secret } from '#engine/shell/secret'

/** A deployment as data: what will be done, in order, before anything is done. */
export interface DeployPlan {
  kind: 'deploy' | 'rollback'
  releaseId: string
  steps: readonly ScriptStep[]
  /** What must not be seen in the log. */
  secrets: readonly Secret[]
}

/**
 * Plans a deployment. A rollback is the same activation with a release that exists already, with
 * the variables and commands it was sealed with.
 * Results that it announces: `commit`, `author`, `subject`, `commits_…` (packed, see
 * `readCommits`), `size` (bytes), `slot`, `kept` (ids of
 * the releases that are left, with commas), when something was live before `probe_requests`,
 * `probe_failures` and `probe_worst_ms`, and after going back by itself `former_status`.
 * Outcomes: `live`, `failed`, `rolled_back`, `cancelled`, `timed_out`, and among several servers
 * `stopped`, when another one kept this one from going live.
 *
 * @throws GrammarError or TypeError for input that has not its form.
 */
export function planDeployment(input: DeployInput): DeployPlan {
  assertDeployInput(input)
  const context = { ...input, layout: layoutOf(input) }
  const isWeb = input.role !== 'worker'
  const isProcess = isWeb && input.project.runtime === 'process'
  const making = [fetch, exportTree, environment, build, seal]
  const steps = [
    preflight,
    prepare,
    ...(input.kind === 'deploy' ? making : []),
    ...(isProcess ? [start, health] : []),
    ...(input.barriers ? [ready] : []),
    ...(isWeb ? [activate, verify] : [switchLink]),
    ...(input.barriers || !isWeb ? [commit] : []),
    ...(isWeb ? [retire] : []),
    retain,
  ]
  return {
    kind: input.kind,
    releaseId: input.releaseId,
    steps: steps.map((step) => step(context)),
    secrets: secretsOf(input),
  }
}

/** The plan as the one script that a detached run executes. */
export function compileDeployment(plan: DeployPlan, options: { nonce: string }): string {
  return compileScript(plan.steps, { ...options, success: 'live' })
}

function secretsOf({ project }: DeployInput): Secret[] {
  const values = [
    project.deployKey,
    project.accessToken?.token,
    ...Object.values(project.environment),
  ]
  return values.filter((value) => value instanceof Secret)
}
