import { compileScript, type ScriptStep } from '#engine/detached/script'
import { assertDeployInput, type DeployInput, type DeployKind } from '#engine/deploy/input'
import { hasSlots } from '#engine/deploy/context'
import { layoutOf } from '#engine/deploy/layout'
import { activate } from '#engine/deploy/steps/activate'
import { commit, ready } from '#engine/deploy/steps/barrier'
import { build } from '#engine/deploy/steps/build'
import { environment } from '#engine/deploy/steps/environment'
import { exportTree } from '#engine/deploy/steps/export_tree'
import { fetch } from '#engine/deploy/steps/fetch'
import { afterSwitch, beforeSwitch } from '#engine/deploy/steps/hooks'
import { health } from '#engine/deploy/steps/health'
import { leaveSite } from '#engine/deploy/steps/leave_site'
import { linkShared } from '#engine/deploy/steps/link_shared'
import { preflight } from '#engine/deploy/steps/preflight'
import { prepare } from '#engine/deploy/steps/prepare'
import { processes, rescale } from '#engine/deploy/steps/processes'
import { retain } from '#engine/deploy/steps/retain'
import { retire } from '#engine/deploy/steps/retire'
import { seal } from '#engine/deploy/steps/seal'
import { start } from '#engine/deploy/steps/start'
import { switchLink } from '#engine/deploy/steps/switch_link'
import { verify } from '#engine/deploy/steps/verify'
import { workers } from '#engine/deploy/steps/workers'
import { Secret } from '#engine/shell/secret'

/** A deployment as data: what will be done, in order, before anything is done. */
export interface DeployPlan {
  kind: DeployKind
  releaseId: string
  steps: readonly ScriptStep[]
  /** What must not be seen in the log. */
  secrets: readonly Secret[]
}

/**
 * Plans a deployment. A rollback is the same activation with a release that exists already, with
 * the variables, commands and processes it was sealed with; a restart is that of the live release, with
 * the numbers of instances and limits that the settings have by now.
 * Results that it announces: `commit`, `author`, `subject`, `commits_…` (packed, see `readCommits`), `size` (bytes), `slot`, `processes` (as
 * `web=2,worker=1`), `migrations` (`running`, then `ran`), `site_edited` (the checksum of a site that
 * was edited by hand), `kept` (ids of the releases that are left, with commas), when something was
 * live before `probe_requests`,
 * `probe_failures` and `probe_worst_ms`, `verify_status` and `verify_ms` (how it answered through nginx), and after going back by itself
 * `former_status` and, when that is not well either, `former_unhealthy` (such as "answers 500").
 * Outcomes: `live`, `failed`, `rolled_back`, `cancelled`, `timed_out`, and among several servers
 * `stopped`, when another one kept this one from going live.
 *
 * @throws GrammarError or TypeError for input that has not its form.
 */
export function planDeployment(input: DeployInput): DeployPlan {
  assertDeployInput(input)
  const context = { ...input, layout: layoutOf(input) }
  const { project, role, barriers, leads = true } = input
  const isWeb = role !== 'worker'
  const hasWorkers = project.processesFrom === 'procfile' || !!project.processes?.length
  const hasProcesses = project.runtime !== 'static' || hasWorkers
  const isShared = [project.sharedDirectories, project.sharedFiles].some((paths) => paths?.length)
  const making = [
    ...[fetch, exportTree],
    ...(isShared ? [linkShared] : []),
    environment,
    ...(hasProcesses ? [processes] : []),
    ...[build, seal],
  ]
  const isNew = input.kind === 'deploy'
  const steps = [
    ...[preflight, prepare],
    ...(isNew ? making : []),
    ...(input.kind === 'restart' ? [rescale] : []),
    ...(hasSlots(context) ? [start, health] : []),
    ...(isNew && leads && project.beforeSwitch?.trim() ? [beforeSwitch] : []),
    ...(barriers ? [ready] : []),
    ...(isWeb ? [activate, verify] : [switchLink]),
    workers,
    ...(barriers ? [commit] : []),
    isWeb ? retire : leaveSite,
    ...(input.kind === 'restart' ? [] : [retain]),
    ...(isNew && project.afterSwitch?.trim() ? [afterSwitch] : []),
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
